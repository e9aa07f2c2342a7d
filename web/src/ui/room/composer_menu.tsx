import { formatSpan } from "../messages/format.ts";
import { messages } from "../messages/messages.ts";
import { Menu } from "../parts/menu.tsx";
import { chooseEnterSends, doesEnterSend } from "../settings.ts";
import type { Draft } from "./draft.ts";

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const WEEK = 7 * DAY;
const EXPIRIES = [undefined, MINUTE, HOUR, DAY, WEEK];

/** How long what is sent will last, and what the Enter key does. */
export function ComposerMenu({ draft }: { draft: Draft }) {
  const t = messages.value.room.composer;
  const chosen = draft.expiresAfter.value;
  const expiries = EXPIRIES.map((seconds) => ({
    label: seconds === undefined ? t.expiry.off : t.expiry.after(formatSpan(seconds)),
    isChecked: chosen === seconds,
    onSelect: () => {
      draft.expiresAfter.value = seconds;
      draft.call();
    },
  }));
  const enters = [true, false].map((sends, place) => ({
    label: sends ? t.enterSends : t.enterBreaks,
    isChecked: doesEnterSend.value === sends,
    startsGroup: place === 0,
    onSelect: () => {
      chooseEnterSends(sends);
      draft.call();
    },
  }));
  return <Menu label={t.more} icon="timer" items={[...expiries, ...enters]} />;
}
