import type { RefObject } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { ErrorText } from "../messages/error_text.ts";
import { messages } from "../messages/messages.ts";
import { MAX_NAME_CHARACTERS, ownName } from "../own_name.ts";
import { Button } from "../parts/button.tsx";
import { TextField } from "../parts/text_field.tsx";
import { type Entering, useEntering } from "../use_entering.ts";

/** What the forms that lead into a room have in common: a name, a room key, and a button. */
export interface EntryForm extends Entering {
  /** As it is typed, without space around it. */
  readonly name: string;
  readonly isNameMissing: boolean;
  readonly isKeyMissing: boolean;
  /** The error that stands at the room key's field; `error` is any other. */
  readonly keyError: ErrorText | undefined;
  /** Changes when the room key is to have the focus. */
  readonly focusTurn: number;
  readonly nameField: RefObject<HTMLInputElement | null>;
  readonly button: RefObject<HTMLButtonElement | null>;
  focusKey(): void;
  /** What to do on submit: go in, unless something is missing, which has the focus then. */
  submit(how: Parameters<Entering["enter"]>[0]): (event: Event) => void;
}

/** Hold such a form; `keyErrors` are those that stand at the room key's field. */
export function useEntryForm(roomKey: string, keyErrors: readonly string[]): EntryForm {
  const entering = useEntering();
  const [isChecked, setChecked] = useState(false);
  const [focusTurn, setFocusTurn] = useState(0);
  const nameField = useRef<HTMLInputElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const focusKey = () => setFocusTurn((turn) => turn + 1);
  const isAtKey = entering.error !== undefined && keyErrors.includes(entering.error.code);
  const keyError = isAtKey ? entering.error : undefined;
  const error = isAtKey ? undefined : entering.error;
  useEffect(() => {
    if (keyError) focusKey();
    else if (error) button.current?.focus();
  }, [keyError, error]);

  const name = ownName.value.trim();
  const hasKey = roomKey.trim() !== "";
  const submit: EntryForm["submit"] = (how) => (event) => {
    event.preventDefault();
    setChecked(true);
    if (!name) nameField.current?.focus();
    else if (!hasKey) focusKey();
    else entering.enter(how);
  };
  return {
    ...entering,
    name,
    isNameMissing: isChecked && !name,
    isKeyMissing: isChecked && !hasKey,
    keyError,
    error,
    focusTurn,
    nameField,
    button,
    focusKey,
    submit,
  };
}

/** Under which name one comes in. */
export function NameField({ form }: { form: EntryForm }) {
  const t = messages.value.home.name;
  return (
    <TextField
      label={t.label}
      hint={t.hint}
      value={ownName.value}
      maxLength={MAX_NAME_CHARACTERS}
      error={form.isNameMissing ? t.missing : undefined}
      inputRef={form.nameField}
      onInput={(value) => {
        ownName.value = value;
      }}
    />
  );
}

/** The button that leads in; after too many tries it says when the next one makes sense. */
export function EntryButton({ form, action }: { form: EntryForm; action: string }) {
  const { pause, button } = form;
  return (
    <Button kind="primary" type="submit" isDisabled={pause > 0} buttonRef={button}>
      {pause > 0 ? messages.value.join.again(pause) : action}
    </Button>
  );
}
