import { useEffect, useRef, useState } from "preact/hooks";
import type { MessageItem } from "../../../client/service.ts";
import { formatDay, formatTime } from "../../messages/format.ts";
import { messages } from "../../messages/messages.ts";
import { Dialog } from "../../parts/dialog.tsx";
import { SenderName } from "../../parts/sender_mark.tsx";
import { excerptAround } from "../../text/excerpt.ts";
import type { RoomModel } from "../room_model.ts";
import "../../styles/room/search.css";

const PAUSE_MS = 200;
const LIMIT = 50;
const EXCERPT = 160;

interface SearchProps {
  readonly model: RoomModel;
  readonly onClose: () => void;
}

interface Found {
  readonly wanted: string;
  readonly items: readonly MessageItem[];
}

/** Looks through what this device has of the room, and goes to what was found. */
export function Search({ model, onClose }: SearchProps) {
  const t = messages.value.room.search;
  const [wanted, setWanted] = useState("");
  const list = useRef<HTMLUListElement>(null);
  const field = useRef<HTMLInputElement>(null);
  const sought = wanted.trim();
  const found = useFound(model, sought);

  useEffect(() => field.current?.focus(), []);

  const goTo = (item: MessageItem): void => {
    onClose();
    // first the dialog gives the focus back, then it goes to what was found
    setTimeout(() => void model.goTo(item.id));
  };
  const move = (event: KeyboardEvent): void => {
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (step === 0) return;
    event.preventDefault();
    const buttons = [...(list.current?.querySelectorAll("button") ?? [])];
    const place = buttons.indexOf(document.activeElement as HTMLButtonElement) + step;
    buttons[Math.max(0, Math.min(place, buttons.length - 1))]?.focus();
  };

  return (
    <Dialog title={t.title} onClose={onClose} isWide>
      <form
        class="search"
        onKeyDown={move}
        onSubmit={(event) => {
          event.preventDefault();
          const first = found?.wanted === sought ? found.items[0] : undefined;
          if (first) goTo(first);
        }}
      >
        <input
          ref={field}
          class="input"
          type="text"
          enterkeyhint="search"
          dir="auto"
          aria-label={t.label}
          placeholder={t.label}
          autocomplete="off"
          spellcheck={false}
          value={wanted}
          onInput={(event) => setWanted(event.currentTarget.value)}
        />
        <p class="soft small" role="status">
          {sought === "" ? t.hint : found ? countText(found) : t.searching}
        </p>
        {found && found.items.length > 0 && (
          <ul ref={list} class="search-found">
            {found.items.map((item) => (
              <li key={item.id}>
                <button type="button" class="search-hit" onClick={() => goTo(item)}>
                  <Hit item={item} wanted={found.wanted} />
                </button>
              </li>
            ))}
          </ul>
        )}
      </form>
    </Dialog>
  );
}

/** Answers what was found last, from the first pause in typing on. */
function useFound(model: RoomModel, sought: string): Found | undefined {
  const [found, setFound] = useState<Found>();
  useEffect(() => {
    if (sought === "") return setFound(undefined);
    let isGone = false;
    const timer = setTimeout(async () => {
      const items = await model.attempt(model.room.search(sought, LIMIT));
      if (!isGone && items) setFound({ wanted: sought, items });
    }, PAUSE_MS);
    return () => {
      isGone = true;
      clearTimeout(timer);
    };
  }, [model, sought]);
  return found;
}

function countText({ wanted, items }: Found): string {
  const t = messages.value.room.search;
  if (items.length === 0) return t.none(wanted);
  return items.length < LIMIT ? t.found(items.length) : t.many(LIMIT);
}

function Hit({ item, wanted }: { item: MessageItem; wanted: string }) {
  return (
    <>
      <span class="search-hit-head">
        <SenderName {...item.sender} />
        <span class="figures">
          {formatDay(item.time, Date.now())}, {formatTime(item.time)}
        </span>
      </span>
      <span class="search-hit-text" dir="auto">
        {excerptAround(item.text, wanted, EXCERPT).map(({ text, isMatch }, place) =>
          isMatch ? <mark key={place}>{text}</mark> : text,
        )}
      </span>
    </>
  );
}
