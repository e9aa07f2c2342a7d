import { useRef, useState } from "preact/hooks";
import type { MemberView, RoomView } from "../../client/service.ts";
import { formatNumber } from "../messages/format.ts";
import { language } from "../messages/language.ts";
import { messages } from "../messages/messages.ts";
import { Button } from "../parts/button.tsx";
import { type MenuItem, MenuList } from "../parts/menu.tsx";
import { TextField } from "../parts/text_field.tsx";
import { MemberRow } from "./member_row.tsx";
import type { Tool } from "./tools/tool.ts";

/** So many are shown at first; a field to find somebody comes with more. */
const SHOWN = 30;

interface PeopleProps {
  readonly view: RoomView;
  readonly onTool: (tool: Tool) => void;
}

/** Who is in the room: oneself first, then who is here. */
export function People({ view, onTool }: PeopleProps) {
  const t = messages.value.tools.people;
  const [wanted, setWanted] = useState("");
  const [isAll, setAll] = useState(false);
  const [acted, setActed] = useState<MemberView>();
  const opener = useRef<HTMLElement | null>(null);

  const found = view.members.filter((member) => fits(member, wanted)).sort(byPresence);
  const shown = isAll ? found : found.slice(0, SHOWN);
  return (
    <section class="panel-part" aria-labelledby="people-title">
      <h2 id="people-title">
        {t.title}
        <span class="panel-count figures">
          {t.count(formatNumber(view.members.length), formatNumber(view.maxMembers))}
        </span>
      </h2>
      {view.members.length > SHOWN && (
        <TextField label={t.find} value={wanted} onInput={setWanted} />
      )}
      <ul class="members">
        {shown.map((member) => (
          <MemberRow
            key={member.pseudonym}
            member={member}
            onActions={
              view.isHost && !member.isSelf
                ? (button) => {
                    opener.current = button;
                    setActed(member);
                  }
                : undefined
            }
          />
        ))}
      </ul>
      {found.length === 0 && <p class="soft small">{t.none}</p>}
      {shown.length < found.length && (
        <Button kind="quiet" onClick={() => setAll(true)}>
          {t.all(found.length)}
        </Button>
      )}
      {acted && (
        <MemberMenu
          key={acted.pseudonym}
          member={acted}
          opener={() => opener.current}
          onClose={() => setActed(undefined)}
          onTool={onTool}
        />
      )}
    </section>
  );
}

interface MemberMenuProps {
  readonly member: MemberView;
  readonly opener: () => HTMLElement | null;
  readonly onClose: () => void;
  readonly onTool: (tool: Tool) => void;
}

/** What a host can do with somebody. */
function MemberMenu({ member, opener, onClose, onTool }: MemberMenuProps) {
  const t = messages.value.tools.people;
  const nameHost: MenuItem = {
    label: t.nameHost,
    icon: "key",
    onSelect: () => onTool({ kind: "name-host", member }),
  };
  const remove: MenuItem = {
    label: t.remove,
    icon: "door",
    kind: "alarm",
    onSelect: () => onTool({ kind: "remove", member }),
  };
  return (
    <MenuList
      label={t.actions(member.name)}
      isOpenAtOnce
      opener={opener}
      onToggle={(isOpen) => isOpen || onClose()}
      items={member.isHost ? [remove] : [nameHost, remove]}
    />
  );
}

function fits(member: MemberView, wanted: string): boolean {
  const [name, part] = [member.name, wanted.trim()].map((text) =>
    text.normalize("NFKC").toLocaleLowerCase(language.value),
  );
  return name?.includes(part ?? "") ?? false;
}

const ORDER = { here: 1, away: 2, unknown: 3 } as const;

function byPresence(a: MemberView, b: MemberView): number {
  const place = (member: MemberView): number => (member.isSelf ? 0 : ORDER[member.presence]);
  return place(a) - place(b) || a.name.localeCompare(b.name, language.value);
}
