import { useRef, useState } from "preact/hooks";
import { readInvite } from "../invite.ts";
import { messages } from "../messages/messages.ts";
import { Button } from "../parts/button.tsx";
import { TextField } from "../parts/text_field.tsx";
import { carryKey, navigate } from "../router.ts";

/** A room code or a whole invite link leads to the join screen. */
export function JoinByCode() {
  const t = messages.value.home.join;
  const [text, setText] = useState("");
  const [error, setError] = useState<string>();
  const field = useRef<HTMLInputElement>(null);

  const submit = (event: Event): void => {
    event.preventDefault();
    const invite = readInvite(text);
    if (!invite || invite.elsewhere !== undefined) {
      setError(invite?.elsewhere !== undefined ? t.elsewhere(invite.elsewhere) : t.malformed);
      field.current?.focus();
      return;
    }
    if (invite.roomKey !== undefined) carryKey(invite.code, invite.roomKey);
    navigate({ kind: "room", code: invite.code });
  };

  return (
    <section aria-labelledby="join-room">
      <h2 id="join-room">{t.title}</h2>
      <form class="form" onSubmit={submit} noValidate autocomplete="off">
        <TextField
          label={t.code}
          value={text}
          placeholder={t.placeholder}
          error={error}
          inputRef={field}
          isMono
          onInput={(value) => {
            setText(value);
            setError(undefined);
          }}
        />
        <div class="buttons">
          <Button type="submit">{t.action}</Button>
        </div>
      </form>
    </section>
  );
}
