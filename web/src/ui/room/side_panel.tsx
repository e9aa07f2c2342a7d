import type { RoomView } from "../../client/service.ts";
import { messages } from "../messages/messages.ts";
import { SenderMark, SenderName } from "../parts/sender_mark.tsx";
import type { RoomModel } from "./room_model.ts";

interface SidePanelProps {
  readonly model: RoomModel;
  readonly view: RoomView;
  readonly isOpen: boolean;
  readonly onClose: () => void;
  readonly onGone: () => void;
}

/** The people in the room, and what can be done with it. */
export function SidePanel({ view }: SidePanelProps) {
  return (
    <aside class="side-panel" aria-label={messages.value.tools.panel}>
      <ul>
        {view.members.map((member) => (
          <li key={member.pseudonym}>
            <SenderMark {...member} />
            <SenderName {...member} />
          </li>
        ))}
      </ul>
    </aside>
  );
}
