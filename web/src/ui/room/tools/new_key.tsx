import { useEffect, useRef, useState } from "preact/hooks";
import { noticeStop, service } from "../../door.ts";
import { messages } from "../../messages/messages.ts";
import { announce } from "../../parts/announcer.tsx";
import { Button } from "../../parts/button.tsx";
import { CopyButton } from "../../parts/copy_button.tsx";
import { KeyField } from "../../parts/key_field.tsx";
import { Notice } from "../../parts/notice.tsx";
import { useStrength } from "../../use_strength.ts";
import type { Deed } from "./use_deed.ts";

const MIN_KEY_CHARACTERS = 8;

interface NewKey {
  readonly roomKey: string;
  readonly isUsable: boolean;
  readonly set: (roomKey: string) => void;
  readonly make: () => Promise<void>;
}

/** A room key to change to: made on this device at first. */
export function useNewKey(): NewKey {
  const [roomKey, set] = useState("");
  const generate = async (use: (made: string) => void): Promise<void> => {
    try {
      use(await (await service()).generateRoomKey());
    } catch (error) {
      noticeStop(error);
    }
  };
  // What was typed meanwhile stays.
  useEffect(() => void generate((made) => set((typed) => typed || made)), []);
  const isUsable = roomKey.trim().length >= MIN_KEY_CHARACTERS;
  return { roomKey, isUsable, set, make: () => generate(set) };
}

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
