import type { RoomView } from "../../client/service.ts";
import { messages } from "../messages/messages.ts";
import { IconButton } from "../parts/button.tsx";
import { KeyBlade } from "../parts/key_blade.tsx";
import type { RoomModel } from "./room_model.ts";

interface RoomHeadProps {
  readonly model: RoomModel;
  readonly view: RoomView;
  readonly isPanelOpen: boolean;
  readonly onPanel: () => void;
}

/** Which room this is, and how it stands with its server. */
export function RoomHead({ view, onPanel }: RoomHeadProps) {
  const t = messages.value.tools;
  return (
    <header class="room-head">
      <KeyBlade code={view.code} />
      <h1>
        <bdi>{view.title || view.code}</bdi>
      </h1>
      <p role="status">{t.connection[view.connection.state]}</p>
      <IconButton icon="more" label={t.panel} onClick={onPanel} />
    </header>
  );
}
