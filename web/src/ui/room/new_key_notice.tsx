import { useEffect, useState } from "preact/hooks";
import { messages } from "../messages/messages.ts";
import { announce } from "../parts/announcer.tsx";
import { Button } from "../parts/button.tsx";
import { KeyField } from "../parts/key_field.tsx";
import { ErrorNotice, Notice } from "../parts/notice.tsx";
import { toast } from "../parts/toast.tsx";
import { Waiting } from "../parts/waiting.tsx";
import type { RoomModel } from "./room_model.ts";
import { useDeed } from "./use_deed.ts";

/** Asks for the room key that this device was not told. */
export function NewKeyNotice({ model }: { model: RoomModel }) {
  const t = messages.value.tools;
  const deed = useDeed();
  const [roomKey, setRoomKey] = useState("");
  const [isMissing, setMissing] = useState(false);
  const [focusTurn, setFocusTurn] = useState(0);

  useEffect(() => announce(messages.value.tools.banner.newKey.title), []);
  const give = async (): Promise<void> => {
    setMissing(!roomKey.trim());
    if (roomKey.trim() && (await deed.run(() => model.room.giveRoomKey(roomKey)))) {
      toast(t.banner.newKey.done);
    } else setFocusTurn(focusTurn + 1);
  };
  const { error } = deed;
  const key = messages.value.home.key;
  const keyErrors = new Map([
    ["wrong_room_key", t.banner.newKey.wrong],
    ["room_key_unacceptable", key.tooShort],
  ]);
  const keyError = error && keyErrors.get(error.code);
  return (
    <Notice kind="brass" title={t.banner.newKey.title}>
      <p>{t.banner.newKey.text}</p>
      <form
        class="banner-form"
        noValidate
        autocomplete="off"
        onSubmit={(event) => {
          event.preventDefault();
          void give();
        }}
      >
        <KeyField
          label={t.banner.newKey.label}
          value={roomKey}
          error={isMissing ? key.missing : keyError}
          focusTurn={focusTurn}
          onInput={(value) => {
            setRoomKey(value);
            setMissing(false);
            deed.forgetError();
          }}
        />
        {error && !keyError && <ErrorNotice error={error} />}
        <div class="buttons">
          <Button kind="brass" type="submit" isDisabled={deed.isBusy}>
            {t.banner.newKey.action}
          </Button>
          {deed.isBusy && <Waiting>{t.busy}</Waiting>}
        </div>
      </form>
    </Notice>
  );
}
