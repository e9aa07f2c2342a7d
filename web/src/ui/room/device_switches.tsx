import { useState } from "preact/hooks";
import { messages } from "../messages/messages.ts";
import { Switch } from "../parts/switch.tsx";
import { chooseSignals, chooseSound, hasSignals, hasSound, isNotifying } from "../settings.ts";
import { startNotifying, stopNotifying } from "./live.ts";

/** What this device tells its owner of the room, and others of its owner. */
export function DeviceSwitches() {
  const t = messages.value.tools.device;
  const [isRefused, setRefused] = useState(false);
  const [wanted, setWanted] = useState<boolean>();
  const canNotify = "Notification" in window;
  const notify = async (isWanted: boolean): Promise<void> => {
    if (!isWanted) return stopNotifying();
    setWanted(true);
    setRefused(!(await startNotifying()));
    setWanted(undefined);
  };
  const refusal = isRefused ? t.notificationsRefused : t.notificationsHint;
  return (
    <section class="panel-part" aria-labelledby="device-title">
      <h2 id="device-title">{t.title}</h2>
      {canNotify ? (
        <Switch
          label={t.notifications}
          hint={refusal}
          isOn={wanted ?? isNotifying.value}
          onChange={(isWanted) => void notify(isWanted)}
        />
      ) : (
        <p class="soft small">{t.notificationsMissing}</p>
      )}
      <Switch
        label={t.signals}
        hint={t.signalsHint}
        isOn={hasSignals.value}
        onChange={chooseSignals}
      />
      <Switch label={t.sound} hint={t.soundHint} isOn={hasSound.value} onChange={chooseSound} />
    </section>
  );
}
