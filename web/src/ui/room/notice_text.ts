import type { NoticeItem } from "../../client/service.ts";
import { errorText } from "../messages/error_text.ts";
import { messages } from "../messages/messages.ts";
import { isolated } from "../text/isolated.ts";

/** What happened, in words; for what cannot be read, why. */
export function noticeText(notice: NoticeItem): string {
  const t = messages.value.room.notices;
  const text = t[notice.what](isolated(notice.member?.name ?? messages.value.room.somebody));
  if (notice.reason === undefined) return text;
  const unknown = { code: notice.reason, sentence: "", nextStep: "" };
  return `${text}. ${errorText(unknown).sentence}`.trim();
}
