import { formatSpan } from "../messages/format.ts";
import { messages } from "../messages/messages.ts";
import { IconButton } from "../parts/button.tsx";
import { Icon, type IconName } from "../parts/icon.tsx";
import { senderHue } from "../parts/sender_hues.ts";
import { inlineExcerpt } from "../text/excerpt.ts";
import type { Draft } from "./draft.ts";

const CHARACTERS = 120;

/** What the message being written is besides its text: an answer, an edit, or one that will disappear. */
export function ComposerBanner({ draft }: { draft: Draft }) {
  const t = messages.value.room.composer;
  const target = draft.target.value;
  const expiresAfter = draft.expiresAfter.value;
  const cancel = () => {
    draft.cancel();
    draft.call();
  };
  return (
    <>
      {target.kind === "reply" && (
        <Line
          icon="reply"
          title={t.replyTo(target.to.sender.name)}
          text={inlineExcerpt(target.to.text, CHARACTERS)}
          hue={senderHue(target.to.sender.pseudonym)}
          stop={t.stopReply}
          onStop={cancel}
        />
      )}
      {target.kind === "edit" && (
        <Line
          icon="pencil"
          title={t.editing}
          text={inlineExcerpt(target.item.text, CHARACTERS)}
          stop={t.stopEdit}
          onStop={cancel}
        />
      )}
      {target.kind !== "edit" && expiresAfter !== undefined && (
        <Line
          icon="timer"
          title={t.expiry.on(formatSpan(expiresAfter))}
          stop={t.expiry.stop}
          onStop={() => {
            draft.expiresAfter.value = undefined;
            draft.call();
          }}
        />
      )}
    </>
  );
}

interface LineProps {
  readonly icon: IconName;
  readonly title: string;
  readonly text?: string;
  readonly hue?: number;
  readonly stop: string;
  readonly onStop: () => void;
}

function Line({ icon, title, text, hue, stop, onStop }: LineProps) {
  return (
    <div class="composer-banner" data-hue={hue}>
      <Icon name={icon} size={18} />
      <p>
        <strong dir="auto">{title}</strong>
        {text && <span dir="auto">{text}</span>}
      </p>
      <IconButton icon="close" label={stop} onClick={onStop} />
    </div>
  );
}
