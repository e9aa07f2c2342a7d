import type { RefObject } from "preact";
import { useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import type { EntryActions } from "./entry_actions.ts";
import type { RoomModel } from "./room_model.ts";
import type { ShownRow } from "./row_view.tsx";
import type { TimelineScroll } from "./scroll.ts";

interface RovingParts {
  readonly model: RoomModel;
  readonly scroll: TimelineScroll<ShownRow>;
  readonly rows: readonly ShownRow[];
  readonly actions: EntryActions;
  readonly scroller: RefObject<HTMLElement | null>;
}

interface Roving {
  /** The key of the entry that Tab comes to. */
  readonly current: string | undefined;
  /** Stand on an entry, and have the focus there. */
  readonly go: (key: string) => void;
  readonly onKeyDown: (event: KeyboardEvent) => void;
  readonly onFocusIn: (event: FocusEvent) => void;
  readonly onContextMenu: (event: MouseEvent) => void;
}

/** Moves the focus from entry to entry by arrow keys, though most entries are not in the page. */
export function useRoving({ model, scroll, rows, actions, scroller }: RovingParts): Roving {
  const [chosen, setChosen] = useState<string>();
  const { elementOf, focus } = useEntryFocus(scroller);
  const isMenuKey = useRef(false);
  const entries = useMemo(() => rows.filter(isEntry), [rows]);
  const current = entries.find((row) => row.key === chosen)?.key ?? entries.at(-1)?.key;

  const go = (key: string): void => {
    setChosen(key);
    focus(key);
  };
  const step = (from: string | undefined, by: number): void => {
    const place = entries.findIndex((row) => row.key === from);
    const next = entries[place + by];
    if (next !== undefined) {
      scroll.reveal(next.key);
      go(next.key);
    } else if (by > 0) model.draft.call();
    else if (model.timeline.peek().isComplete) scroll.toRow(rows[0]?.key ?? "", 0);
  };
  const openMenu = (): void => {
    const row = entries.find((entry) => entry.key === current);
    const element = current === undefined ? null : elementOf(current);
    if (row?.kind === "message" && element) actions.open("menu", row.item, element);
  };

  const onKeyDown = (event: KeyboardEvent): void => {
    const target = event.target as HTMLElement;
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const isOnEntry =
      target === scroller.current || target.parentElement?.dataset.key !== undefined;
    isMenuKey.current = event.key === "ContextMenu" || (event.key === "F10" && event.shiftKey);
    if (event.key === "Escape") {
      if (isOnEntry || current === undefined) model.draft.call();
      else go(current);
    } else if (event.key === "Enter" && isOnEntry) openMenu();
    else if (target.closest("pre")) return;
    else if (event.key === "ArrowDown") step(keyOf(target) ?? current, 1);
    else if (event.key === "ArrowUp") step(keyOf(target) ?? current, -1);
    else if (event.key === "End" && isOnEntry) {
      scroll.toEnd();
      go(entries.at(-1)?.key ?? "");
    } else if (event.key === "Home" && isOnEntry) {
      scroll.toRow(entries[0]?.key ?? "", 0);
      go(entries[0]?.key ?? "");
    } else return;
    event.preventDefault();
  };
  const onFocusIn = (event: FocusEvent): void => {
    const key = keyOf(event.target as HTMLElement);
    if (key !== undefined) setChosen(key);
  };
  const onContextMenu = (event: MouseEvent): void => {
    if (!isMenuKey.current) return;
    event.preventDefault();
    openMenu();
  };
  return { current, go, onKeyDown, onFocusIn, onContextMenu };
}

interface EntryFocus {
  readonly elementOf: (key: string) => HTMLElement | null;
  /** Have the focus on an entry, as soon as it is in the page. */
  readonly focus: (key: string) => void;
}

/** Keeps the focus in the timeline while entries come into the page and go. */
function useEntryFocus(scroller: RefObject<HTMLElement | null>): EntryFocus {
  const wanted = useRef<string | undefined>(undefined);
  const hadFocus = useRef(false);

  const elementOf = (key: string): HTMLElement | null =>
    scroller.current?.querySelector<HTMLElement>(`[data-key="${CSS.escape(key)}"] > [tabindex]`) ??
    null;
  const focus = (key: string): void => {
    const element = elementOf(key);
    wanted.current = element ? undefined : key;
    element?.focus({ preventScroll: true });
  };

  useLayoutEffect(() => {
    if (wanted.current !== undefined) focus(wanted.current);
    if (hadFocus.current && document.activeElement === document.body) {
      // the entry that had the focus went out of sight: keys are still heard here
      scroller.current?.focus({ preventScroll: true });
    }
    hadFocus.current = scroller.current?.contains(document.activeElement) ?? false;
  });
  return { elementOf, focus };
}

/** The key of the row that an element is in. */
function keyOf(element: HTMLElement): string | undefined {
  return element.closest<HTMLElement>("[data-key]")?.dataset.key;
}

function isEntry(row: ShownRow): row is Extract<ShownRow, { kind: "message" | "notice" }> {
  return row.kind === "message" || row.kind === "notice";
}
