import { useEffect, useRef } from "preact/hooks";
import { messages } from "../../messages/messages.ts";
import { announce } from "../../parts/announcer.tsx";
import { Button } from "../../parts/button.tsx";
import { CopyButton } from "../../parts/copy_button.tsx";
import { KeyField } from "../../parts/key_field.tsx";
import { Notice } from "../../parts/notice.tsx";
import type { NewKey } from "../../use_new_key.ts";
import { useStrength } from "../../use_strength.ts";
import type { Deed } from "../use_deed.ts";

/** The new key of a room that has another. */
export function NewKeyField({ newKey, deed }: { newKey: NewKey; deed: Deed }) {
  const t = messages.value.tools.changeKey;
  const key = messages.value.home.key;
  const strength = useStrength(newKey.roomKey);
  return (
    <KeyField
      label={t.label}
      hint={t.tell}
      isSecretHint
      isShownAtFirst
      value={newKey.roomKey}
      placeholder={newKey.roomKey ? "" : key.making}
      strength={strength}
      error={newKey.roomKey && !newKey.isUsable ? key.tooShort : undefined}
      onInput={(value) => {
        newKey.set(value);
        deed.forgetError();
      }}
      onRegenerate={async () => {
        await newKey.make();
        announce(key.regenerated);
      }}
    />
  );
}

/** The new key once the room has it, to be told to those who are to come in later. */
export function KeyIsChanged({ roomKey, onClose }: { roomKey: string; onClose: () => void }) {
  const t = messages.value.tools.changeKey;
  const news = useRef<HTMLDivElement>(null);
  // The form that had the focus is gone; from here a screen reader reads the key.
  useEffect(() => news.current?.focus(), []);
  return (
    <>
      <div ref={news} tabIndex={-1}>
        <Notice kind="brass" title={t.label}>
          <bdi class="new-key">{roomKey}</bdi>
          <p>{t.tell}</p>
        </Notice>
      </div>
      <div class="dialog-actions">
        <CopyButton kind="brass" text={roomKey}>
          {messages.value.tools.invite.copyKey}
        </CopyButton>
        <Button kind="primary" onClick={onClose}>
          {t.finish}
        </Button>
      </div>
    </>
  );
}
