import { useSignal } from "@preact/signals";
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import type { RoomView } from "../../client/service.ts";
import { messages } from "../messages/messages.ts";
import { Icon } from "../parts/icon.tsx";
import { EntryActions } from "./entry_actions.ts";
import { EntryPopups } from "./entry_popups.tsx";
import type { RoomModel } from "./room_model.ts";
import { EDGE, guessHeight, RowView, type ShownRow } from "./row_view.tsx";
import { countUnread, layOut } from "./rows.ts";
import { TimelineScroll } from "./scroll.ts";
import { useRoving } from "./use_roving.ts";
import { useSeen } from "./use_seen.ts";

/** Rows from the upper edge at which older ones are fetched. */
const NEAR_EDGE = 12;
const FLASH_MS = 1800;

/** What was said, oldest above; only the rows in sight are in the page. */
export function TimelineView({ model, view }: { model: RoomModel; view: RoomView }) {
  const { items } = model.timeline.value;
  const readUpTo = model.readUpTo.value;
  const [scroll] = useState(() => new TimelineScroll<ShownRow>(guessHeight));
  const [actions] = useState(() => new EntryActions(model));
  const scroller = useRef<HTMLDivElement>(null);
  const list = useRef<HTMLUListElement>(null);
  const rows = useMemo<readonly ShownRow[]>(
    () => [EDGE, ...layOut(items, readUpTo)],
    [items, readUpTo],
  );
  const range = scroll.hold(rows);
  const roving = useRoving({ model, scroll, rows, actions, scroller });
  const flashing = useJump(model, scroll, roving.go);
  useSeen(model, view, scroll, rows);

  useEffect(() => {
    if (!scroller.current || !list.current) return undefined;
    return scroll.attach(scroller.current, list.current);
  }, [scroll]);
  useLayoutEffect(() => scroll.settle());
  useLayoutEffect(() => {
    if (rows.some((row) => row.kind === "unread")) scroll.toRow("unread");
  }, [scroll]);

  useOlder(model, scroll.seen.value.first);

  const t = messages.value.room;
  return (
    <div class="timeline">
      {/* biome-ignore lint/a11y/noStaticElementInteractions: keys go from the entries to here */}
      <div
        ref={scroller}
        class="timeline-scroller"
        tabIndex={-1}
        onKeyDown={roving.onKeyDown}
        onFocusIn={roving.onFocusIn}
        onContextMenu={roving.onContextMenu}
      >
        <div class="timeline-sizer">
          <ul
            ref={list}
            class="timeline-rows"
            aria-label={t.timeline}
            aria-busy={model.isLoading.value}
          >
            {rows.slice(range.first, range.end).map((row) => (
              <li key={row.key} data-key={row.key} class="row" data-kind={row.kind}>
                <RowView
                  model={model}
                  view={view}
                  actions={actions}
                  row={row}
                  isCurrent={row.key === roving.current}
                  isFlashing={row.key === flashing}
                />
              </li>
            ))}
          </ul>
        </div>
      </div>
      <BelowTimeline model={model} view={view} scroll={scroll} />
      <EntryPopups actions={actions} />
    </div>
  );
}

interface BelowTimelineProps {
  readonly model: RoomModel;
  readonly view: RoomView;
  readonly scroll: TimelineScroll<ShownRow>;
}

/** What floats over the lower edge: that a message is looked for, or the way back to the newest one. */
function BelowTimeline({ model, view, scroll }: BelowTimelineProps) {
  const t = messages.value.room;
  const unread = countUnread(model.timeline.value.items, view.readUpTo);
  return (
    <div class="timeline-below">
      <p class="timeline-seeking" role="status" hidden={!model.isSeeking.value}>
        {model.isSeeking.value && t.seeking}
      </p>
      {!scroll.isAtEnd.value && (
        <button
          type="button"
          class="to-newest"
          aria-label={unread > 0 ? `${t.newest.label}: ${t.newest.count(unread)}` : t.newest.label}
          title={t.newest.label}
          onClick={() => {
            model.goToEnd();
            model.draft.call();
          }}
        >
          {unread > 0 && <span>{t.newest.count(unread)}</span>}
          <Icon name="down" size={18} />
        </button>
      )}
    </div>
  );
}

/** Has older items fetched when the first row in sight comes near the upper edge. */
function useOlder(model: RoomModel, first: number): void {
  const { items, isComplete } = model.timeline.value;
  const isLoading = model.isLoading.value;
  const hasFailed = model.hasFailed.value;
  useEffect(() => {
    const isNear = first < NEAR_EDGE && items.length > 0;
    if (isNear && !isComplete && !isLoading && !hasFailed) void model.loadOlder();
  }, [model, first, items, isComplete, isLoading, hasFailed]);
}

/** Follows the wishes to go somewhere; answers the row that is lit up because of one. */
function useJump(
  model: RoomModel,
  scroll: TimelineScroll<ShownRow>,
  go: (key: string) => void,
): string | undefined {
  const flashing = useSignal<string | undefined>(undefined);
  const jump = model.jump.value;
  useEffect(() => {
    if (jump === undefined) return undefined;
    if (jump.id === undefined) {
      scroll.toEnd();
      return undefined;
    }
    scroll.toRow(jump.id, 0.3);
    go(jump.id);
    flashing.value = jump.id;
    const timer = setTimeout(() => {
      flashing.value = undefined;
    }, FLASH_MS);
    return () => clearTimeout(timer);
  }, [jump]);
  return flashing.value;
}
