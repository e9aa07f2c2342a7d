import type { MemberView } from "../../client/service.ts";
import { messages } from "../messages/messages.ts";
import { Icon } from "../parts/icon.tsx";
import { SenderMark, SenderName } from "../parts/sender_mark.tsx";
import { isolated } from "../text/isolated.ts";

interface MemberRowProps {
  readonly member: MemberView;
  /** Opens what can be done with the member, beside the button; without it there is no button. */
  readonly onActions: ((button: HTMLElement) => void) | undefined;
}

/** Somebody in the room: whether they are here, whether they are a host, whether the name misleads. */
export function MemberRow({ member, onActions }: MemberRowProps) {
  const t = messages.value.tools.people;
  const marks = [member.isSelf && t.you, member.isHost && t.host].filter((mark) => mark !== false);
  return (
    <li class="member" data-presence={member.isSelf ? "here" : member.presence}>
      <SenderMark {...member} />
      <span class="member-text">
        <span class="member-name">
          <SenderName {...member} />
          {marks.length > 0 && <span class="soft small">{marks.join(", ")}</span>}
        </span>
        {!member.isSelf && <span class="member-presence small">{t[member.presence]}</span>}
        {member.looksLikeAnother && (
          <span class="member-warning small" title={t.lookAlikeHint}>
            <Icon name="warning" size={14} />
            {t.lookAlike}
          </span>
        )}
      </span>
      {onActions && (
        <button
          type="button"
          class="icon-button"
          aria-label={t.actions(isolated(member.name))}
          title={t.actions(isolated(member.name))}
          aria-haspopup="menu"
          onClick={(event) => onActions(event.currentTarget)}
        >
          <Icon name="more" />
        </button>
      )}
    </li>
  );
}
