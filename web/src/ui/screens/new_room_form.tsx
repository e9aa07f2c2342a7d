import { useEffect, useRef, useState } from "preact/hooks";
import { noticeStop, service } from "../door.ts";
import { MAX_NAME_CHARACTERS, ownName } from "../draft.ts";
import { messages } from "../messages/messages.ts";
import { announce } from "../parts/announcer.tsx";
import { Button } from "../parts/button.tsx";
import { KeyBlade } from "../parts/key_blade.tsx";
import { KeyField } from "../parts/key_field.tsx";
import { ErrorNotice } from "../parts/notice.tsx";
import { ProgressSteps } from "../parts/progress_steps.tsx";
import { TextField } from "../parts/text_field.tsx";
import { useEntering } from "../use_entering.ts";
import { useStrength } from "../use_strength.ts";
import { PLAIN_CHOICES, RoomChoices } from "./room_choices.tsx";

const MIN_KEY_CHARACTERS = 8;
const KEY_ERROR = "room_key_unacceptable";

/** The page's primary action: a new room under a new key. */
export function NewRoomForm() {
  const t = messages.value.home;
  const [roomKey, setRoomKey] = useState("");
  const [isTyped, setTyped] = useState(false);
  const [choices, setChoices] = useState(PLAIN_CHOICES);
  const [isChecked, setChecked] = useState(false);
  const [focusTurn, setFocusTurn] = useState(0);
  const nameField = useRef<HTMLInputElement>(null);
  const submitButton = useRef<HTMLButtonElement>(null);
  const strength = useStrength(roomKey);
  const entering = useEntering();

  const makeKey = async (use: (made: string) => void): Promise<void> => {
    try {
      use(await (await service()).generateRoomKey());
    } catch (error) {
      noticeStop(error);
    }
  };
  // What was typed meanwhile stays.
  useEffect(() => void makeKey((made) => setRoomKey((typed) => typed || made)), []);

  const name = ownName.value.trim();
  const submit = (event: Event): void => {
    event.preventDefault();
    setChecked(true);
    if (!name) nameField.current?.focus();
    else if (!roomKey.trim()) setFocusTurn(focusTurn + 1);
    else entering.enter((door, progress) => door.create({ roomKey, name, ...choices }, progress));
  };
  const keyError = isChecked && !roomKey.trim() ? t.key.missing : undefined;
  const isShort = roomKey.trim().length < MIN_KEY_CHARACTERS;
  const typedHint = isShort ? t.key.tooShort : t.key.typedHint;
  const hint = isTyped ? typedHint : t.key.hint;
  const { step, error, pause } = entering;
  const isKeyError = error?.code === KEY_ERROR;
  useEffect(() => {
    if (isKeyError) setFocusTurn((turn) => turn + 1);
    else if (error) submitButton.current?.focus();
  }, [isKeyError, error]);

  return (
    <section class="home-main" aria-labelledby="new-room">
      <h2 id="new-room">{t.create.title}</h2>
      {step ? (
        <>
          <KeyBlade />
          <ProgressSteps label={t.create.busy} step={step} />
        </>
      ) : (
        <form class="form" onSubmit={submit} noValidate autocomplete="off">
          <TextField
            label={t.name.label}
            hint={t.name.hint}
            value={ownName.value}
            maxLength={MAX_NAME_CHARACTERS}
            error={isChecked && !name ? t.name.missing : undefined}
            inputRef={nameField}
            onInput={(value) => {
              ownName.value = value;
            }}
          />
          <KeyField
            label={t.key.label}
            hint={hint}
            value={roomKey}
            placeholder={roomKey || isTyped ? "" : t.key.making}
            strength={strength}
            error={isKeyError ? t.key.tooShort : keyError}
            focusTurn={focusTurn}
            isShownAtFirst
            onInput={(value) => {
              setRoomKey(value);
              setTyped(true);
              entering.forgetError();
            }}
            onRegenerate={async () => {
              await makeKey(setRoomKey);
              setTyped(false);
              announce(t.key.regenerated);
            }}
          />
          <RoomChoices choices={choices} onChange={setChoices} />
          {error && !isKeyError && <ErrorNotice error={error} />}
          <div class="buttons">
            <Button kind="primary" type="submit" isDisabled={pause > 0} buttonRef={submitButton}>
              {pause > 0 ? messages.value.join.again(pause) : t.create.action}
            </Button>
          </div>
        </form>
      )}
    </section>
  );
}
