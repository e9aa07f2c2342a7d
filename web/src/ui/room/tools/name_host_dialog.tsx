import type { MemberView } from "../../../client/service.ts";
import { messages } from "../../messages/messages.ts";
import { Dialog } from "../../parts/dialog.tsx";
import { toast } from "../../parts/toast.tsx";
import { isolated } from "../../text/isolated.ts";
import type { RoomModel } from "../room_model.ts";
import { useDeed } from "../use_deed.ts";
import { DeedForm } from "./deed_form.tsx";

interface NameHostDialogProps {
  readonly model: RoomModel;
  readonly member: MemberView;
  readonly onClose: () => void;
}

/** Makes a member a host too. */
export function NameHostDialog({ model, member, onClose }: NameHostDialogProps) {
  const t = messages.value.tools.nameHost;
  const deed = useDeed();
  const name = async (): Promise<void> => {
    if (!(await deed.run(() => model.room.nameHost(member.pseudonym)))) return;
    toast(t.done(isolated(member.name)));
    onClose();
  };
  return (
    <Dialog title={t.title(isolated(member.name))} onClose={onClose}>
      <DeedForm deed={deed} waitsFor={model} action={t.action} onSubmit={name} onCancel={onClose}>
        <p>{t.text}</p>
      </DeedForm>
    </Dialog>
  );
}
