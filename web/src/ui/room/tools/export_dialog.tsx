import { useState } from "preact/hooks";
import * as roomCode from "../../../wire/room_code.ts";
import { messages } from "../../messages/messages.ts";
import { Choice } from "../../parts/choice.tsx";
import { Dialog } from "../../parts/dialog.tsx";
import type { RoomModel } from "../room_model.ts";
import { useDeed } from "../use_deed.ts";
import { DeedForm } from "./deed_form.tsx";

const FORMATS = {
  text: { ending: "txt", type: "text/plain" },
  json: { ending: "json", type: "application/json" },
} as const;

type Format = keyof typeof FORMATS;

/** Saves what this device has of the conversation as a file. */
export function ExportDialog({ model, onClose }: { model: RoomModel; onClose: () => void }) {
  const t = messages.value.tools.export;
  const deed = useDeed();
  const [format, setFormat] = useState<Format>("text");
  const save = async (): Promise<void> => {
    const isSaved = await deed.run(async () => {
      const { ending, type } = FORMATS[format];
      const name = `roomkey-${roomCode.show(model.room.code)}.${ending}`;
      saveFile(name, type, await model.room.exportTranscript(format));
    });
    if (isSaved) onClose();
  };
  return (
    <Dialog title={t.title} onClose={onClose}>
      <DeedForm deed={deed} action={t.action} onSubmit={save} onCancel={onClose}>
        <p>{t.text}</p>
        <Choice
          label={t.format}
          value={format}
          hint={t.formatHints[format]}
          options={(["text", "json"] as const).map((value) => ({
            value,
            label: t.formats[value],
          }))}
          onChange={setFormat}
        />
      </DeedForm>
    </Dialog>
  );
}

function saveFile(name: string, type: string, text: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: `${type};charset=utf-8` }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href));
}
