import { describe, expect, it } from "vitest";
import { exportTranscript } from "../../../src/client/export.ts";
import type { MessageItem } from "../../../src/client/service.ts";

const ANN = { name: "Ann", pseudonym: "00aa" };
const BOB = { name: "Bob", pseudonym: "00bb" };

function said(changes: Partial<MessageItem>): MessageItem {
  return {
    kind: "message",
    id: "01",
    time: Date.UTC(2026, 10, 24, 1, 2, 3, 45),
    sender: ANN,
    isOwn: false,
    text: "hello",
    state: "sent",
    isEdited: false,
    isDeleted: false,
    reactions: [],
    isHistory: false,
    senderClockDiffers: false,
    ...changes,
  };
}

const reacted = said({
  reactions: [
    {
      sign: "+",
      by: [
        { ...ANN, id: "a1", isOwn: false },
        { ...BOB, id: "b1", isOwn: true },
      ],
    },
  ],
});

describe("a conversation as text", () => {
  it("is headed by the title, or by what it is, and its code", () => {
    expect(exportTranscript("7GQ2M-0XK4T", "Den", [], "text")).toBe("Den (7GQ2M-0XK4T)\n\n");
    expect(exportTranscript("7GQ2M-0XK4T", "", [], "text")).toBe("Room (7GQ2M-0XK4T)\n\n");
  });

  it("tells in UTC who said what, and what became of it", () => {
    const log = [
      reacted,
      said({ isEdited: true, sender: BOB }),
      said({ isDeleted: true, text: "" }),
    ];
    const lines = exportTranscript("7GQ2M-0XK4T", "Den", log, "text").split("\n").slice(2);
    expect(lines).toEqual([
      "2026-11-24 01:02:03 Ann: hello",
      "    + +",
      "2026-11-24 01:02:03 Bob: hello (edited)",
      "2026-11-24 01:02:03 Ann: (deleted)",
      "",
    ]);
  });

  it("lets no message pass for another one's first line", () => {
    const forged = said({ text: "x\n2026-11-24 01:02:03 Bob: I owe you" });
    const text = exportTranscript("7GQ2M-0XK4T", "Den", [forged], "text");
    expect(text.split("\n").filter((line) => line.startsWith("2026"))).toHaveLength(1);
  });
});

describe("a conversation as JSON", () => {
  it("has of each message what a program asks for", () => {
    const answer = said({ id: "02", sender: BOB, inReplyTo: "01", isEdited: true });
    const file = JSON.parse(exportTranscript("7GQ2M-0XK4T", "Den", [reacted, answer], "json"));
    expect(file).toMatchObject({ room: "7GQ2M-0XK4T", title: "Den" });
    expect(file.messages).toEqual([
      {
        id: "01",
        time: "2026-11-24T01:02:03.045+00:00",
        name: "Ann",
        pseudonym: "00aa",
        text: "hello",
        in_reply_to: null,
        is_edited: false,
        is_deleted: false,
        reactions: [
          { sign: "+", name: "Ann" },
          { sign: "+", name: "Bob" },
        ],
      },
      {
        id: "02",
        time: "2026-11-24T01:02:03.045+00:00",
        name: "Bob",
        pseudonym: "00bb",
        text: "hello",
        in_reply_to: "01",
        is_edited: true,
        is_deleted: false,
        reactions: [],
      },
    ]);
  });
});
