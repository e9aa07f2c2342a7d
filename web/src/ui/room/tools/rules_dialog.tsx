import { useState } from "preact/hooks";
import type { RoomView } from "../../../client/service.ts";
import { formatSpan } from "../../messages/format.ts";
import { messages } from "../../messages/messages.ts";
import { Choice } from "../../parts/choice.tsx";
import { Dialog } from "../../parts/dialog.tsx";
import { TextField } from "../../parts/text_field.tsx";
import { toast } from "../../parts/toast.tsx";
import { MAX_TITLE_CHARACTERS, RETENTIONS } from "../../screens/room_choices.tsx";
import type { RoomModel } from "../room_model.ts";
import { useDeed } from "../use_deed.ts";
import { DeedForm } from "./deed_form.tsx";
import { useFirstFocus } from "./use_first_focus.ts";

interface RulesDialogProps {
  readonly model: RoomModel;
  readonly view: RoomView;
  readonly onClose: () => void;
}

/** The room's title, and how long it keeps messages. */
export function RulesDialog({ model, view, onClose }: RulesDialogProps) {
  const t = messages.value.tools.rules;
  const deed = useDeed();
  const field = useFirstFocus();
  const [title, setTitle] = useState(view.title);
  const [retention, setRetention] = useState(view.retention);
  const retentions = [...new Set([...RETENTIONS, view.retention])].sort((a, b) => a - b);

  const save = async (): Promise<void> => {
    const isSaved = await deed.run(async () => {
      if (title.trim() !== view.title) await model.room.setTitle(title.trim());
      if (retention !== view.retention) await model.room.setRetention(retention);
    });
    if (!isSaved) return;
    toast(t.done);
    onClose();
  };
  return (
    <Dialog title={t.title} onClose={onClose} isWide>
      <DeedForm deed={deed} waitsFor={model} action={t.action} onSubmit={save} onCancel={onClose}>
        <TextField
          label={t.name}
          hint={t.nameHint}
          value={title}
          inputRef={field}
          maxLength={MAX_TITLE_CHARACTERS}
          onInput={setTitle}
        />
        <Choice
          label={t.retention}
          hint={t.retentionHint}
          value={retention}
          options={retentions.map((value) => ({ value, label: formatSpan(value) }))}
          onChange={setRetention}
        />
      </DeedForm>
    </Dialog>
  );
}
