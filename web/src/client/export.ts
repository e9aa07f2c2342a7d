/** A room's transcript as a file for people, or for programs. */

import type { MessageItem, RoomView } from "./service.ts";

export type ExportFormat = "text" | "json";

/** Write messages, oldest first, as a file; what was deleted is not in it. */
export function exportTranscript(
  room: Pick<RoomView, "code" | "title">,
  messages: readonly MessageItem[],
  format: ExportFormat,
): string {
  const said = messages.filter((message) => !message.isDeleted);
  return format === "json" ? asJson(room, said) : asText(room, said);
}

function asText(room: Pick<RoomView, "code" | "title">, messages: readonly MessageItem[]): string {
  const head = room.title === "" ? room.code : `${room.title} (${room.code})`;
  const lines = messages.map((message) => {
    const time = new Date(message.time).toISOString().slice(0, 16).replace("T", " ");
    const mark = message.isEdited ? " (edited)" : "";
    // further lines are indented, so none can pass for another message
    const text = message.text.replaceAll("\n", "\n    ");
    return `[${time} UTC] ${message.sender.name}: ${text}${mark}`;
  });
  return `${[head, "", ...lines].join("\n")}\n`;
}

function asJson(room: Pick<RoomView, "code" | "title">, messages: readonly MessageItem[]): string {
  const written = messages.map((message) => ({
    id: message.id,
    seq: message.seq,
    time: new Date(message.time).toISOString(),
    sender: message.sender,
    text: message.text,
    in_reply_to: message.inReplyTo,
    edited: message.isEdited,
    reactions: message.reactions.map(({ sign, by }) => ({ sign, by: by.map(({ name }) => name) })),
  }));
  return `${JSON.stringify({ room: room.code, title: room.title, messages: written }, null, 2)}\n`;
}
