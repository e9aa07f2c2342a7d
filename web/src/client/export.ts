/** A room's transcript for a person's own files, as text or as JSON. */

import type { MessageItem } from "./service.ts";

type ExportFormat = "text" | "json";

const DELETED = "(deleted)";

/** Write messages, oldest first; times are UTC, ids hexadecimal. */
export function exportTranscript(
  roomCode: string,
  title: string,
  messages: readonly MessageItem[],
  form: ExportFormat,
): string {
  if (form === "json") {
    const file = { room: roomCode, title, messages: messages.map(record) };
    return `${JSON.stringify(file, undefined, 1)}\n`;
  }
  return `${title || "Room"} (${roomCode})\n\n${messages.map(lines).join("")}`;
}

function record(message: MessageItem): Readonly<Record<string, unknown>> {
  return {
    id: message.id,
    time: new Date(message.time).toISOString().replace("Z", "+00:00"),
    name: message.sender.name,
    pseudonym: message.sender.pseudonym,
    text: message.text,
    in_reply_to: message.inReplyTo ?? null,
    is_edited: message.isEdited,
    is_deleted: message.isDeleted,
    reactions: reactionsOf(message),
  };
}

function lines(message: MessageItem): string {
  const moment = new Date(message.time).toISOString().slice(0, 19).replace("T", " ");
  const text = message.isDeleted ? DELETED : message.text;
  // whatever stands in a message, it cannot pass for another one's first line
  const body = text.replaceAll("\n", "\n    ");
  const mark = message.isEdited ? " (edited)" : "";
  const signs = reactionsOf(message).map(({ sign }) => ` ${sign}`);
  const below = signs.length > 0 ? `\n   ${signs.join("")}` : "";
  return `${moment} ${message.sender.name}: ${body}${mark}${below}\n`;
}

function reactionsOf({ reactions }: MessageItem): { sign: string; name: string }[] {
  return reactions.flatMap(({ sign, by }) => by.map(({ name }) => ({ sign, name })));
}
