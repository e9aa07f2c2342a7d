import { useEffect, useState } from "preact/hooks";
import * as roomCode from "../../wire/room_code.ts";
import { messages } from "../messages/messages.ts";
import { ownName } from "../own_name.ts";
import { KeyBlade } from "../parts/key_blade.tsx";
import { KeyField } from "../parts/key_field.tsx";
import { ErrorNotice } from "../parts/notice.tsx";
import { notchesAt, ProgressSteps } from "../parts/progress_steps.tsx";
import { takeKeyFromAddress } from "../router.ts";
import { EntryButton, NameField, useEntryForm } from "./entry_form.tsx";
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
  const form = useEntryForm(roomKey, KEY_ERRORS);
  const { step, error, keyError, name } = form;

  useEffect(() => {
    document.title = `${roomCode.show(code)} – ${t.common.roomkey}`;
  }, [code, t]);
  useEffect(() => {
    if (!ownName.value) form.nameField.current?.focus();
    else if (!link) form.focusKey();
  }, []);

  const atKey = (): string | undefined => {
    if (keyError) return `${keyError.sentence} ${keyError.nextStep}`;
    return form.isKeyMissing ? t.home.key.missing : undefined;
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
        <form
          class="form"
          onSubmit={form.submit((door, progress) => door.join({ code, roomKey, name }, progress))}
          noValidate
          autocomplete="off"
        >
          <NameField form={form} />
          <KeyField
            label={t.home.key.label}
            hint={link === undefined ? t.join.keyHint : t.join.keyFromLink}
            isSecretHint={link !== undefined}
            value={roomKey}
            error={atKey()}
            focusTurn={form.focusTurn}
            onInput={(value) => {
              setRoomKey(value);
              form.forgetError();
            }}
          />
          <KeepingSwitch />
          {error && <ErrorNotice error={error} />}
          <div class="buttons">
            <EntryButton form={form} action={t.join.action} />
            <Link to={{ kind: "home" }}>{t.join.other}</Link>
          </div>
        </form>
      )}
    </Frame>
  );
}
