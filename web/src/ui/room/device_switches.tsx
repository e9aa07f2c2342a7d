import { useState } from "preact/hooks";
import { messages } from "../messages/messages.ts";
import { Switch } from "../parts/switch.tsx";
import { chooseSound, hasSound, isNotifying } from "../settings.ts";
import { startNotifying, stopNotifying } from "./live.ts";

/** Whether this device tells of new messages and lets them be heard. */
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
      <Switch label={t.sound} hint={t.soundHint} isOn={hasSound.value} onChange={chooseSound} />
    </section>
  );
}
