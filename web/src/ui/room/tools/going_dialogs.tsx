import type { RoomView } from "../../../client/service.ts";
import { service } from "../../door.ts";
import { messages } from "../../messages/messages.ts";
import { Dialog } from "../../parts/dialog.tsx";
import { Notice } from "../../parts/notice.tsx";
import { toast } from "../../parts/toast.tsx";
import { isOver } from "../is_over.ts";
import type { RoomModel } from "../room_model.ts";
import { useDeed } from "../use_deed.ts";
import { DeedForm } from "./deed_form.tsx";

interface GoingProps {
  readonly model: RoomModel;
  readonly view: RoomView;
  readonly onClose: () => void;
  readonly onGone: () => void;
}

/** Gives up the place in the room. */
export function LeaveDialog({ model, view, onClose, onGone }: GoingProps) {
  const t = messages.value.tools.leave;
  const deed = useDeed();
  const leave = async (): Promise<void> => {
    if (!(await deed.run(() => model.room.leave()))) return;
    toast(t.done);
    onGone();
  };
  return (
    <Dialog title={t.title} onClose={onClose}>
      <DeedForm deed={deed} action={t.action} isAlarm onSubmit={leave} onCancel={onClose}>
        <p>{t.text}</p>
        {isOnlyHost(view) && (
          <Notice>
            <p>{t.onlyHost}</p>
          </Notice>
        )}
      </DeedForm>
    </Dialog>
  );
}

function isOnlyHost(view: RoomView): boolean {
  const hasOther = view.members.some((member) => member.isHost && !member.isSelf);
  return view.isHost && !hasOther && view.members.length > 1;
}

/** Deletes a room from this device, without a word to the others. */
export function ForgetDialog({ model, view, onClose, onGone }: GoingProps) {
  const t = messages.value.home.rooms;
  const forgetTexts = messages.value.tools.forget;
  const deed = useDeed();
  const forget = async (): Promise<void> => {
    const isForgotten = await deed.run(async () => {
      await model.room.close();
      await (await service()).forget(model.room.code);
    });
    if (!isForgotten) return;
    toast(t.forgotten);
    onGone();
  };
  return (
    <Dialog title={t.forgetTitle} onClose={onClose}>
      <DeedForm
        deed={deed}
        action={forgetTexts.action}
        isAlarm
        onSubmit={forget}
        onCancel={onClose}
      >
        <p>{isOver(view) ? forgetTexts.text : forgetTexts.textInside}</p>
      </DeedForm>
    </Dialog>
  );
}
