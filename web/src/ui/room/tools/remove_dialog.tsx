import { useState } from "preact/hooks";
import type { MemberView } from "../../../client/service.ts";
import { messages } from "../../messages/messages.ts";
import { Choice } from "../../parts/choice.tsx";
import { Dialog } from "../../parts/dialog.tsx";
import { toast } from "../../parts/toast.tsx";
import { isolated } from "../../text/isolated.ts";
import { useNewKey } from "../../use_new_key.ts";
import type { RoomModel } from "../room_model.ts";
import { useDeed } from "../use_deed.ts";
import { DeedForm } from "./deed_form.tsx";
import { KeyIsChanged, NewKeyField } from "./new_key.tsx";

interface RemoveDialogProps {
  readonly model: RoomModel;
  readonly member: MemberView;
  readonly onClose: () => void;
}

/** Removes somebody; with a new room key unless that is refused, as only that keeps somebody out. */
export function RemoveDialog({ model, member, onClose }: RemoveDialogProps) {
  const t = messages.value.tools.remove;
  const deed = useDeed();
  const newKey = useNewKey();
  const [isWithKey, setWithKey] = useState(true);
  const [changedTo, setChangedTo] = useState<string>();

  const remove = async (): Promise<void> => {
    const { roomKey } = newKey;
    if (isWithKey) {
      const change = () => model.room.changeRoomKey(roomKey, [member.pseudonym]);
      if (await deed.run(change)) setChangedTo(roomKey);
    } else if (await deed.run(() => model.room.remove(member.pseudonym))) {
      toast(t.done(isolated(member.name)));
      onClose();
    }
  };
  if (changedTo !== undefined) {
    return (
      <Dialog title={t.doneTitle(isolated(member.name))} onClose={onClose}>
        <KeyIsChanged roomKey={changedTo} onClose={onClose} />
      </Dialog>
    );
  }
  return (
    <Dialog title={t.title(isolated(member.name))} onClose={onClose}>
      <DeedForm
        deed={deed}
        waitsFor={model}
        action={isWithKey ? t.actionWithKey : t.action}
        isAlarm
        isDisabled={isWithKey && !newKey.isUsable}
        onSubmit={remove}
        onCancel={onClose}
      >
        <p>{t.text}</p>
        <Choice
          label={t.how}
          value={isWithKey ? "withKey" : "withoutKey"}
          hint={isWithKey ? t.withKeyHint : t.withoutKeyHint}
          options={(["withKey", "withoutKey"] as const).map((value) => ({
            value,
            label: t[value],
          }))}
          onChange={(value) => setWithKey(value === "withKey")}
        />
        {isWithKey && <NewKeyField newKey={newKey} deed={deed} />}
      </DeedForm>
    </Dialog>
  );
}
