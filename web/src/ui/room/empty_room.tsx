import type { RoomView } from "../../client/service.ts";
import { inviteLink } from "../invite.ts";
import { messages } from "../messages/messages.ts";
import { CopyButton } from "../parts/copy_button.tsx";
import { KeyBlade } from "../parts/key_blade.tsx";
import type { RoomModel } from "./room_model.ts";

/** A room nobody else has come into yet: how to have them come. */
export function EmptyRoom({ view }: { model: RoomModel; view: RoomView }) {
  const t = messages.value.tools.empty;
  return (
    <section class="empty-room">
      <KeyBlade code={view.code} />
      <h2>{t.title}</h2>
      <p>{t.text}</p>
      <CopyButton text={inviteLink(view.code)}>{t.copy}</CopyButton>
    </section>
  );
}
