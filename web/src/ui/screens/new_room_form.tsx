import { useState } from "preact/hooks";
import { messages } from "../messages/messages.ts";
import { announce } from "../parts/announcer.tsx";
import { KeyBlade } from "../parts/key_blade.tsx";
import { KeyField } from "../parts/key_field.tsx";
import { ErrorNotice } from "../parts/notice.tsx";
import { ProgressSteps } from "../parts/progress_steps.tsx";
import { useNewKey } from "../use_new_key.ts";
import { useStrength } from "../use_strength.ts";
import { EntryButton, NameField, useEntryForm } from "./entry_form.tsx";
import { PLAIN_CHOICES, RoomChoices } from "./room_choices.tsx";

const KEY_ERRORS = ["room_key_unacceptable"];

/** The page's primary action: a new room under a new key. */
export function NewRoomForm() {
  const t = messages.value.home;
  const newKey = useNewKey();
  const { roomKey } = newKey;
  const [isTyped, setTyped] = useState(false);
  const [choices, setChoices] = useState(PLAIN_CHOICES);
  const strength = useStrength(roomKey);
  const form = useEntryForm(roomKey, KEY_ERRORS);
  const { step, error, name } = form;

  const typedHint = newKey.isUsable ? t.key.typedHint : t.key.tooShort;
  const missing = form.isKeyMissing ? t.key.missing : undefined;

  return (
    <section class="home-main" aria-labelledby="new-room">
      <h2 id="new-room">{t.create.title}</h2>
      {step ? (
        <>
          <KeyBlade />
          <ProgressSteps label={t.create.busy} step={step} />
        </>
      ) : (
        <form
          class="form"
          onSubmit={form.submit((door, progress) =>
            door.create({ roomKey, name, ...choices }, progress),
          )}
          noValidate
          autocomplete="off"
        >
          <NameField form={form} />
          <KeyField
            label={t.key.label}
            hint={isTyped ? typedHint : t.key.hint}
            value={roomKey}
            placeholder={roomKey || isTyped ? "" : t.key.making}
            strength={strength}
            error={form.keyError ? t.key.tooShort : missing}
            focusTurn={form.focusTurn}
            isShownAtFirst
            onInput={(value) => {
              newKey.set(value);
              setTyped(true);
              form.forgetError();
            }}
            onRegenerate={async () => {
              await newKey.make();
              setTyped(false);
              announce(t.key.regenerated);
            }}
          />
          <RoomChoices choices={choices} onChange={setChoices} />
          {error && <ErrorNotice error={error} />}
          <div class="buttons">
            <EntryButton form={form} action={t.create.action} />
          </div>
        </form>
      )}
    </section>
  );
}
