import { useState } from "preact/hooks";
import type { RoomView } from "../../client/service.ts";
import { messages } from "../messages/messages.ts";
import { Switch } from "../parts/switch.tsx";
import { PanelAction } from "./panel_action.tsx";
import type { RoomModel } from "./room_model.ts";
import type { Tool } from "./tools/tool.ts";

interface HostToolsProps {
  readonly model: RoomModel;
  readonly view: RoomView;
  readonly onTool: (tool: Tool) => void;
}

/** What a host can do with the room. */
export function HostTools({ model, view, onTool }: HostToolsProps) {
  const t = messages.value.tools.host;
  const [wanted, setWanted] = useState<boolean>();
  const lock = async (isLocked: boolean): Promise<void> => {
    setWanted(isLocked);
    await model.attempt(model.room.setLocked(isLocked));
    setWanted(undefined);
  };
  return (
    <section class="panel-part" aria-labelledby="host-title">
      <h2 id="host-title">{t.title}</h2>
      <Switch
        label={t.lock}
        hint={t.lockHint}
        isOn={wanted ?? view.isLocked}
        onChange={(isLocked) => void lock(isLocked)}
      />
      <ul class="panel-actions">
        <PanelAction icon="settings" onClick={() => onTool({ kind: "rules" })}>
          {t.rules}
        </PanelAction>
        <PanelAction icon="key" kind="brass" onClick={() => onTool({ kind: "change-key" })}>
          {t.changeKey}
        </PanelAction>
        <PanelAction icon="trash" kind="alarm" onClick={() => onTool({ kind: "close" })}>
          {t.close}
        </PanelAction>
      </ul>
    </section>
  );
}
