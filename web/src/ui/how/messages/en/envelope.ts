import type { EnvelopePart } from "../../../../demo/demo.ts";

export const envelope = {
  title: "What the relay sees of a message",
  paragraphs: [
    "Write a message. Your device makes a small room of its own for it, with the same code as the real rooms, and seals the message. Below is every byte that would go to the relay. Nothing is sent.",
  ],
  label: "A message",
  example: "See you at four",
  action: "Seal it",
  busy: "Sealing …",
  sizes: (text: string, content: string, padded: string, sent: string) =>
    `Your text has ${text} bytes. With its date and a random number it has ${content}, is filled up to ${padded} so that its length says little, and goes out sealed as ${sent} bytes.`,
  bytes: (count: string) => (count === "1" ? "1 byte" : `${count} bytes`),
  parts: {
    version: "Which protocol this is",
    room: "Which room it is for",
    epoch: "Which set of keys it is sealed with, counted from 0",
    kind: "That it is a message",
    added: "How many messages its sender sent before: none yet",
    sender: "Who wrote it, sealed",
    ciphertext: "Text, date and signature, sealed",
  } satisfies Record<EnvelopePart, string>,
  knows: {
    title: "What the relay knows all the same",
    items: [
      "which room it is, and when something was written there",
      "which member's place in the room sent it, but not that member's name",
      "roughly how long it is: up to 256, 1,024, 4,096 … bytes",
      "from which internet address you came",
    ],
    never:
      "It has neither the text nor the names, nor a key that would open them. One thing is left to trust: that it sends you this page as it should be. The command “roomkey verify” checks that from outside.",
  },
};
