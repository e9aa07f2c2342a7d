import { keeping, setKeeping } from "../door.ts";
import { messages } from "../messages/messages.ts";
import { Switch } from "../parts/switch.tsx";

/** Whether rooms are kept on this device or only in memory. */
export function KeepingSwitch() {
  const t = messages.value.home.privacy;
  return (
    <Switch
      label={t.label}
      hint={t.hint}
      isOn={keeping.value === "private"}
      onChange={(isOn) => setKeeping(isOn ? "private" : "device")}
    />
  );
}
