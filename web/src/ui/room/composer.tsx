import type { RefObject } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type { RoomView } from "../../client/service.ts";
import { messages } from "../messages/messages.ts";
import { doesEnterSend } from "../settings.ts";
import { ComposerBanner } from "./composer_banner.tsx";
import { ComposerMenu } from "./composer_menu.tsx";
import { byteLength, MAX_TEXT_BYTES } from "./draft.ts";
import { isOver } from "./is_over.ts";
import type { RoomModel } from "./room_model.ts";
import { SendButton } from "./send_button.tsx";
import { TypingLine } from "./typing_line.tsx";
import { useGrowing } from "./use_growing.ts";
import { type TypingSignal, useTypingSignal } from "./use_typing_signal.ts";

/** From here on the person is told how much is left. */
const WARN_BYTES = MAX_TEXT_BYTES * 0.9;

/** Where one writes: Enter sends, Shift and Enter begins a new line, or as it was chosen. */
export function Composer({ model, view }: { model: RoomModel; view: RoomView }) {
  const { draft } = model;
  const field = useRef<HTMLTextAreaElement>(null);
  const text = draft.text.value;
  const bytes = byteLength(text);
  const canSend = text.trim() !== "" && bytes <= MAX_TEXT_BYTES;
  const typing = useTypingSignal(model.room);

  useGrowing(field, text);
  useFocusOnCall(field, draft.calls.value);

  if (isOver(view)) return null;

  const submit = (): void => {
    if (!canSend) return;
    typing.stop();
    void send(model);
  };
  return (
    <form
      class="composer"
      onSubmit={(event) => {
        event.preventDefault();
        submit();
        field.current?.focus();
      }}
    >
      <TypingLine members={view.members} />
      <ComposerBanner draft={draft} />
      <div class="composer-row">
        <ComposerMenu draft={draft} />
        <Field field={field} model={model} bytes={bytes} typing={typing} onSend={submit} />
        <SendButton isSaving={draft.target.value.kind === "edit"} isDisabled={!canSend} />
      </div>
      <Count bytes={bytes} />
    </form>
  );
}

/** Takes the focus to the field when the draft calls for it, and at first where that opens no keyboard. */
function useFocusOnCall(field: RefObject<HTMLTextAreaElement | null>, calls: number): void {
  useEffect(() => {
    const element = field.current;
    if (!element || (calls === 0 && !matchMedia("(hover: hover)").matches)) return;
    element.focus({ preventScroll: true });
    if (calls > 0) element.setSelectionRange(element.value.length, element.value.length);
  }, [calls]);
}

interface FieldProps {
  readonly field: RefObject<HTMLTextAreaElement | null>;
  readonly model: RoomModel;
  readonly bytes: number;
  readonly typing: TypingSignal;
  readonly onSend: () => void;
}

/** Where the text stands; the arrow up brings the last own message back to be changed. */
function Field({ field, model, bytes, typing, onSend }: FieldProps) {
  const t = messages.value.room.composer;
  const { draft } = model;
  const text = draft.text.value;
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.isComposing) return;
    const isNew = draft.target.peek().kind === "new";
    if (event.key === "Enter" && doesSend(event)) {
      event.preventDefault();
      onSend();
    } else if (event.key === "Escape" && !isNew) {
      event.preventDefault();
      draft.cancel();
    } else if (event.key === "ArrowUp" && text === "" && isNew) {
      const last = model.timeline.peek().lastOwn;
      if (!last) return;
      event.preventDefault();
      draft.edit(last);
    }
  };
  return (
    <textarea
      ref={field}
      class="input composer-field"
      dir="auto"
      rows={1}
      aria-label={t.label}
      aria-describedby="composer-count"
      aria-invalid={bytes > MAX_TEXT_BYTES}
      placeholder={t.label}
      title={doesEnterSend.value ? t.hint : undefined}
      enterkeyhint={doesEnterSend.value ? "send" : "enter"}
      value={text}
      onInput={(event) => {
        draft.text.value = event.currentTarget.value;
        typing.touch(event.currentTarget.value !== "");
      }}
      onBlur={typing.stop}
      onKeyDown={onKeyDown}
    />
  );
}

/** How much is left, once that is little. */
function Count({ bytes }: { bytes: number }) {
  const t = messages.value.room.composer;
  return (
    <p class="composer-count figures" id="composer-count" role="status">
      {bytes > MAX_TEXT_BYTES ? (
        <strong>{t.over(bytes - MAX_TEXT_BYTES)}</strong>
      ) : (
        bytes > WARN_BYTES && t.left(MAX_TEXT_BYTES - bytes)
      )}
    </p>
  );
}

/** Send what is written, or change what is edited; what fails is there to be written on. */
async function send(model: RoomModel): Promise<void> {
  const { draft, room } = model;
  const text = draft.text.peek();
  const target = draft.target.peek();
  const expiresAfter = draft.expiresAfter.peek();
  draft.finish();
  if (target.kind === "edit") {
    const { item } = target;
    if (text.trim() !== item.text.trim() && !(await didEdit(model, item.id, text))) {
      draft.edit({ ...item, text });
    }
    return;
  }
  const options = {
    ...(target.kind === "reply" && { inReplyTo: target.to.id }),
    ...(expiresAfter !== undefined && { expiresAfter }),
  };
  const id = await model.attempt(room.send(text, options));
  if (id === undefined && draft.text.peek() === "") draft.text.value = text;
  if (id === undefined) return;
  model.divide(undefined);
  model.goToEnd();
}

async function didEdit(model: RoomModel, id: string, text: string): Promise<boolean> {
  const done = await model.attempt(model.room.edit(id, text).then(() => true));
  return done === true;
}

/** Control or Command and Enter sends however it was chosen; Shift and Enter never does. */
function doesSend(event: KeyboardEvent): boolean {
  if (event.shiftKey || event.altKey) return false;
  return doesEnterSend.value || event.ctrlKey || event.metaKey;
}
