import { useState } from "preact/hooks";
import * as roomCode from "../../../wire/room_code.ts";
import { readInvite } from "../../invite.ts";
import { messages } from "../../messages/messages.ts";
import { Dialog } from "../../parts/dialog.tsx";
import { TextField } from "../../parts/text_field.tsx";
import type { RoomModel } from "../room_model.ts";
import { useDeed } from "../use_deed.ts";
import { DeedForm } from "./deed_form.tsx";
import { useFirstFocus } from "./use_first_focus.ts";

/** Ends the room for everybody, after its code was typed. */
export function CloseDialog({ model, onClose }: { model: RoomModel; onClose: () => void }) {
  const t = messages.value.tools.close;
  const deed = useDeed();
  const field = useFirstFocus();
  const [typed, setTyped] = useState("");
  const [isWrong, setWrong] = useState(false);
  const close = async (): Promise<void> => {
    if (readInvite(typed)?.code !== model.room.code) {
      setWrong(true);
      field.current?.focus();
    } else if (await deed.run(() => model.room.closeRoom())) onClose();
  };
  return (
    <Dialog title={t.title} onClose={onClose}>
      <DeedForm deed={deed} action={t.action} isAlarm onSubmit={close} onCancel={onClose}>
        <p>{t.text}</p>
        <TextField
          label={t.label}
          hint={t.hint(roomCode.show(model.room.code))}
          value={typed}
          isMono
          inputRef={field}
          error={isWrong ? t.wrong : undefined}
          onInput={(value) => {
            setTyped(value);
            setWrong(false);
          }}
        />
      </DeedForm>
    </Dialog>
  );
}
