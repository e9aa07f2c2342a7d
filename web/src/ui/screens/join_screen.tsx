import { useEffect, useRef, useState } from "preact/hooks";
import * as roomCode from "../../wire/room_code.ts";
import { MAX_NAME_CHARACTERS, ownName } from "../draft.ts";
import { messages } from "../messages/messages.ts";
import { Button } from "../parts/button.tsx";
import { KeyBlade } from "../parts/key_blade.tsx";
import { KeyField } from "../parts/key_field.tsx";
import { ErrorNotice } from "../parts/notice.tsx";
import { notchesAt, ProgressSteps } from "../parts/progress_steps.tsx";
import { TextField } from "../parts/text_field.tsx";
import { takeKeyFromAddress } from "../router.ts";
import { useEntering } from "../use_entering.ts";
import { Frame } from "./frame.tsx";
import { KeepingSwitch } from "./keeping_switch.tsx";
import { Link } from "./link.tsx";

/** Errors that the room key itself is the answer to; they stand at its field. */
const KEY_ERRORS: readonly string[] = ["wrong_room_key", "room_key_unacceptable"];

/** Where a link or a code leads: nothing is asked of the server before Join is pressed. */
export function JoinScreen({ code }: { code: string }) {
  const t = messages.value;
  const [link] = useState(() => takeKeyFromAddress(code));
  const [roomKey, setRoomKey] = useState(link ?? "");
  const [isChecked, setChecked] = useState(false);
  const [focusTurn, setFocusTurn] = useState(0);
  const nameField = useRef<HTMLInputElement>(null);
  const submitButton = useRef<HTMLButtonElement>(null);
  const entering = useEntering();
  const { step, error, pause } = entering;

  useEffect(() => {
    document.title = `${roomCode.show(code)} – ${t.common.roomkey}`;
  }, [code, t]);
  useEffect(() => {
    if (!ownName.value) nameField.current?.focus();
    else if (!link) setFocusTurn(1);
  }, []);
  const isKeyError = error !== undefined && KEY_ERRORS.includes(error.code);
  useEffect(() => {
    if (isKeyError) setFocusTurn((turn) => turn + 1);
    else if (error) submitButton.current?.focus();
  }, [isKeyError, error]);

  const name = ownName.value.trim();
  const submit = (event: Event): void => {
    event.preventDefault();
    setChecked(true);
    if (!name) nameField.current?.focus();
    else if (!roomKey.trim()) setFocusTurn(focusTurn + 1);
    else entering.enter((door, progress) => door.join({ code, roomKey, name }, progress));
  };
  const keyError = (): string | undefined => {
    if (isKeyError) return `${error.sentence} ${error.nextStep}`;
    return isChecked && !roomKey.trim() ? t.home.key.missing : undefined;
  };

  return (
    <Frame isNarrow>
      <div class="join-head">
        <KeyBlade code={code} {...(step && { cut: notchesAt(step) })} />
        <div>
          <h1>{t.join.title}</h1>
          <p class="soft">
            {t.join.code} <span class="code join-code">{roomCode.show(code)}</span>
          </p>
        </div>
      </div>
      {step ? (
        <ProgressSteps label={t.join.progress} step={step} />
      ) : (
        <form class="form" onSubmit={submit} noValidate autocomplete="off">
          <TextField
            label={t.home.name.label}
            hint={t.home.name.hint}
            value={ownName.value}
            maxLength={MAX_NAME_CHARACTERS}
            error={isChecked && !name ? t.home.name.missing : undefined}
            inputRef={nameField}
            onInput={(value) => {
              ownName.value = value;
            }}
          />
          <KeyField
            label={t.home.key.label}
            hint={link === undefined ? t.join.keyHint : t.join.keyFromLink}
            isSecretHint={link !== undefined}
            value={roomKey}
            error={keyError()}
            focusTurn={focusTurn}
            onInput={(value) => {
              setRoomKey(value);
              entering.forgetError();
            }}
          />
          <KeepingSwitch />
          {error && !isKeyError && <ErrorNotice error={error} />}
          <div class="buttons">
            <Button kind="primary" type="submit" isDisabled={pause > 0} buttonRef={submitButton}>
              {pause > 0 ? t.join.again(pause) : t.join.action}
            </Button>
            <Link to={{ kind: "home" }}>{t.join.other}</Link>
          </div>
        </form>
      )}
    </Frame>
  );
}
