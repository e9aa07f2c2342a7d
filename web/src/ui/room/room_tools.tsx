import type { RoomView } from "../../client/service.ts";
import { formatSpan } from "../messages/format.ts";
import { messages } from "../messages/messages.ts";
import { isOver } from "./is_over.ts";
import { PanelAction } from "./panel_action.tsx";
import type { Tool } from "./tools/tool.ts";

interface RoomToolsProps {
  readonly view: RoomView;
  readonly onTool: (tool: Tool) => void;
}

/** How the room is set up, and what everybody in it can do. */
export function RoomTools({ view, onTool }: RoomToolsProps) {
  const t = messages.value.tools;
  const isPast = isOver(view);
  return (
    <section class="panel-part" aria-labelledby="room-title">
      <h2 id="room-title">{t.room.title}</h2>
      <ul class="panel-facts small">
        <li>{t.room.kept(formatSpan(view.retention))}</li>
        <li>{t.room.histories[view.history]}</li>
        <li>{t.room.sizes[view.size]}</li>
      </ul>
      <ul class="panel-actions">
        {!isPast && (
          <>
            <PanelAction icon="invite" onClick={() => onTool({ kind: "invite" })}>
              {t.invite.title}
            </PanelAction>
            <PanelAction icon="compare" onClick={() => onTool({ kind: "safety-code" })}>
              {t.safety.title}
            </PanelAction>
          </>
        )}
        <PanelAction icon="save" onClick={() => onTool({ kind: "export" })}>
          {t.export.title}
        </PanelAction>
        {!isPast && (
          <PanelAction icon="door" kind="alarm" onClick={() => onTool({ kind: "leave" })}>
            {t.leave.action}
          </PanelAction>
        )}
        <PanelAction icon="trash" kind="alarm" onClick={() => onTool({ kind: "forget" })}>
          {t.forget.action}
        </PanelAction>
      </ul>
    </section>
  );
}
