import { useState } from "preact/hooks";
import type { RoomView } from "../../client/service.ts";
import { messages } from "../messages/messages.ts";
import { Button } from "../parts/button.tsx";
import type { RoomModel } from "./room_model.ts";

/** Where one writes: Enter sends, Shift and Enter begins a new line. */
export function Composer({ model, view }: { model: RoomModel; view: RoomView }) {
  const t = messages.value.room.composer;
  const [text, setText] = useState("");
  const isOver = view.connection.state === "removed" || view.connection.state === "closed";
  if (isOver) return null;

  const send = async (): Promise<void> => {
    if (text.trim() === "") return;
    const id = await model.attempt(model.room.send(text));
    if (id !== undefined) setText("");
  };
  return (
    <form
      class="composer"
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
    >
      <textarea
        class="input"
        dir="auto"
        rows={1}
        aria-label={t.label}
        placeholder={t.label}
        value={text}
        onInput={(event) => setText(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
          event.preventDefault();
          void send();
        }}
      />
      <Button kind="primary" type="submit" isDisabled={text.trim() === ""}>
        {t.send}
      </Button>
    </form>
  );
}
