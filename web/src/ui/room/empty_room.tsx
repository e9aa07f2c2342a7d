import type { RoomView } from "../../client/service.ts";
import { messages } from "../messages/messages.ts";
import { KeyBlade } from "../parts/key_blade.tsx";
import { Invite } from "./invite.tsx";
import type { RoomModel } from "./room_model.ts";

/** A room nobody else has come into yet: how to have them come. */
export function EmptyRoom({ model, view }: { model: RoomModel; view: RoomView }) {
  const t = messages.value.tools.empty;
  return (
    <section class="empty-room" aria-labelledby="empty-title">
      <div class="empty-room-inner">
        <KeyBlade code={view.code} />
        <div class="empty-room-lead">
          <h2 id="empty-title">{t.title}</h2>
          <p class="soft">{view.history === "shared" ? t.text : t.textStrict}</p>
        </div>
        <Invite model={model} view={view} />
      </div>
    </section>
  );
}
