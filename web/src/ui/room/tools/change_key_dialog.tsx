import { useState } from "preact/hooks";
import { messages } from "../../messages/messages.ts";
import { Dialog } from "../../parts/dialog.tsx";
import { useNewKey } from "../../use_new_key.ts";
import type { RoomModel } from "../room_model.ts";
import { useDeed } from "../use_deed.ts";
import { DeedForm } from "./deed_form.tsx";
import { KeyIsChanged, NewKeyField } from "./new_key.tsx";

/** Gives the room another key, and shows it once the room has it. */
export function ChangeKeyDialog({ model, onClose }: { model: RoomModel; onClose: () => void }) {
  const t = messages.value.tools.changeKey;
  const deed = useDeed();
  const newKey = useNewKey();
  const [changedTo, setChangedTo] = useState<string>();
  const change = async (): Promise<void> => {
    const { roomKey } = newKey;
    if (await deed.run(() => model.room.changeRoomKey(roomKey))) setChangedTo(roomKey);
  };
  if (changedTo !== undefined) {
    return (
      <Dialog title={t.doneTitle} onClose={onClose}>
        <KeyIsChanged roomKey={changedTo} onClose={onClose} />
      </Dialog>
    );
  }
  return (
    <Dialog title={t.title} onClose={onClose}>
      <DeedForm
        deed={deed}
        waitsFor={model}
        action={t.action}
        isDisabled={!newKey.isUsable}
        onSubmit={change}
        onCancel={onClose}
      >
        <p>{t.text}</p>
        <NewKeyField newKey={newKey} deed={deed} />
      </DeedForm>
    </Dialog>
  );
}
