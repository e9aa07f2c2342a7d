import { useEffect, useState } from "preact/hooks";
import type { OpenRoom, RoomView } from "../../client/service.ts";
import * as roomCode from "../../wire/room_code.ts";
import { messages } from "../messages/messages.ts";
import { Button, IconButton } from "../parts/button.tsx";
import { Icon } from "../parts/icon.tsx";
import { KeyBlade } from "../parts/key_blade.tsx";
import { Menu, type MenuItem } from "../parts/menu.tsx";
import { Link } from "../screens/link.tsx";
import { settingsItems } from "../screens/settings_menu.tsx";
import { Connection } from "./connection.tsx";
import { isOver } from "./is_over.ts";
import { Search } from "./on_demand.ts";
import type { RoomModel } from "./room_model.ts";
import type { Tool } from "./tools/tool.ts";

interface RoomHeadProps {
  readonly model: RoomModel;
  readonly view: RoomView;
  readonly onTool: (tool: Tool) => void;
  readonly onPanel: () => void;
}

/** Which room this is, how it stands with its server, and the way to its tools. */
export function RoomHead({ model, view, onTool, onPanel }: RoomHeadProps) {
  const t = messages.value.tools;
  const [isSearching, setSearching] = useState(false);
  useEffect(() => {
    const find = (event: KeyboardEvent): void => {
      if (!isFind(event)) return;
      event.preventDefault();
      setSearching(true);
    };
    addEventListener("keydown", find);
    return () => removeEventListener("keydown", find);
  }, []);

  return (
    <header class="room-head" data-offline={view.connection.state === "offline" || undefined}>
      <Link to={{ kind: "home" }} class="icon-button room-head-home" label={t.head.home}>
        <Icon name="back" />
      </Link>
      <KeyBlade code={view.code} isOver={isOver(view)} />
      <RoomName room={model.room} view={view} />
      <div class="room-head-tools">
        {!isOver(view) && (
          <span class="room-head-invite">
            <Button icon="invite" onClick={() => onTool({ kind: "invite" })}>
              {t.invite.title}
            </Button>
          </span>
        )}
        <IconButton icon="search" label={t.head.search} onClick={() => setSearching(true)} />
        <button type="button" class="icon-button room-head-people" onClick={onPanel}>
          <Icon name="people" />
          {!isOver(view) && (
            <span class="figures" aria-hidden="true">
              {view.members.length}
            </span>
          )}
          <span class="visually-hidden">
            {isOver(view) ? t.panel : `${t.panel}, ${t.head.people(view.members.length)}`}
          </span>
        </button>
        <Menu label={t.head.menu} icon="more" items={menuItems(view, onTool)} />
      </div>
      {isSearching && <Search model={model} onClose={() => setSearching(false)} />}
    </header>
  );
}

/** The title in the serif of headings, the code below it; a room without a title is called by its code. */
function RoomName({ room, view }: { room: OpenRoom; view: RoomView }) {
  const t = messages.value.tools.head;
  const code = roomCode.show(view.code);
  return (
    <div class="room-head-name">
      <h1>
        <bdi class={view.title ? undefined : "code"}>{view.title || code}</bdi>
        {view.isLocked && (
          <span class="room-head-lock" title={t.locked}>
            <Icon name="lock" size={16} />
            <span class="visually-hidden">{t.locked}</span>
          </span>
        )}
      </h1>
      <div class="room-head-below">
        {view.title && (
          <span class="code room-head-code">
            <span class="visually-hidden">{t.code} </span>
            {code}
          </span>
        )}
        <Connection room={room} view={view} />
      </div>
    </div>
  );
}

/** Ctrl and F, or Command and F, search the room: the browser would find only what is on the screen. */
function isFind(event: KeyboardEvent): boolean {
  const isAlone = !event.shiftKey && !event.altKey && !document.querySelector("dialog[open]");
  return event.key.toLowerCase() === "f" && (event.ctrlKey || event.metaKey) && isAlone;
}

function menuItems(view: RoomView, onTool: (tool: Tool) => void): MenuItem[] {
  const t = messages.value.tools;
  const open = (kind: "invite" | "safety-code" | "export" | "leave" | "forget") => () =>
    onTool({ kind });
  const inside: MenuItem[] = [
    { label: t.invite.title, icon: "invite", onSelect: open("invite") },
    { label: t.safety.title, icon: "compare", onSelect: open("safety-code") },
  ];
  return [
    ...(isOver(view) ? [] : inside),
    { label: t.export.title, icon: "save", onSelect: open("export") },
    ...settingsItems().map((item, place) => (place === 0 ? { ...item, startsGroup: true } : item)),
    isOver(view)
      ? {
          label: t.forget.action,
          icon: "trash",
          kind: "alarm",
          startsGroup: true,
          onSelect: open("forget"),
        }
      : {
          label: t.leave.action,
          icon: "door",
          kind: "alarm",
          startsGroup: true,
          onSelect: open("leave"),
        },
  ];
}
