import type { NoticeItem } from "../../client/service.ts";
import { codeText } from "../messages/error_text.ts";
import { messages } from "../messages/messages.ts";
import { isolated } from "../text/isolated.ts";

/** What happened, in words; for what cannot be read, why. */
export function noticeText(notice: NoticeItem): string {
  const t = messages.value.room.notices;
  const text = t[notice.what](isolated(notice.member?.name ?? messages.value.room.somebody));
  if (notice.reason === undefined) return text;
  return `${text}. ${codeText(notice.reason).sentence}`.trim();
}
