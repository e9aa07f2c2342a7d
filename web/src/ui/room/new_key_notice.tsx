import { useState } from "preact/hooks";
import { messages } from "../messages/messages.ts";
import { Button } from "../parts/button.tsx";
import { KeyField } from "../parts/key_field.tsx";
import { ErrorNotice, Notice } from "../parts/notice.tsx";
import { toast } from "../parts/toast.tsx";
import { Waiting } from "../parts/waiting.tsx";
import type { RoomModel } from "./room_model.ts";
import { useDeed } from "./tools/use_deed.ts";

const KEY_ERRORS = ["wrong_room_key", "room_key_unacceptable"];

/** Asks for the room key that this device was not told. */
export function NewKeyNotice({ model }: { model: RoomModel }) {
  const t = messages.value.tools;
  const deed = useDeed();
  const [roomKey, setRoomKey] = useState("");
  const [isMissing, setMissing] = useState(false);
  const [focusTurn, setFocusTurn] = useState(0);

  const give = async (): Promise<void> => {
    setMissing(!roomKey.trim());
    if (roomKey.trim() && (await deed.run(() => model.room.giveRoomKey(roomKey)))) {
      toast(t.banner.newKey.done);
    } else setFocusTurn(focusTurn + 1);
  };
  const { error } = deed;
  const isKeyError = error !== undefined && KEY_ERRORS.includes(error.code);
  const keyError = isKeyError ? `${error.sentence} ${error.nextStep}` : undefined;
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
          error={isMissing ? messages.value.home.key.missing : keyError}
          focusTurn={focusTurn}
          onInput={(value) => {
            setRoomKey(value);
            setMissing(false);
            deed.forgetError();
          }}
        />
        {error && !isKeyError && <ErrorNotice error={error} />}
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
