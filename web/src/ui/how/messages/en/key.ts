export const key = {
  title: "What Roomkey does with it: two keys, one room",
  paragraphs: [
    "A room in Roomkey has two keys. You choose one: the room key that you tell your friends. The relay, the server in the middle, draws the other one: a number for this room that never leaves it. Only both together open the room.",
    "But the relay must not learn your room key, and you must not learn its number. That works with the idea from above: whoever raises to secret powers may do so in any order, and may take their own part out again.",
    "Try it with a room key of your own. Everything runs on your device; the relay's part is played here too, with a number drawn for it just now.",
  ],
  label: "A room key, made up for this",
  hint: "At least eight characters. It stays on this page and is forgotten with it.",
  tooShort: "At least eight characters.",
  action: "Go through it",
  busy: "Working it out …",
  done: "Done. Six steps follow.",
  sent: "Goes to the relay",
  returned: "Comes back",
  output: "Comes out on your device",
  root: "The root of the room's keys",
  steps: {
    blind: {
      title: "Your device hides the room key",
      text: "It turns the room key into an element of a group, as g was above, and raises it to a random secret. What goes to the relay are 32 bytes that could be anything.",
    },
    evaluate: {
      title: "The relay adds its own key",
      text: "It raises what it got to the power of its number for this room. It does not know what it is raising.",
    },
    unblind: {
      title: "Your device takes its secret out again",
      text: "What is left depends on two things alone: your room key and the relay's number.",
    },
    again: {
      title: "The same room key once more",
      text: "With another random secret something else goes to the relay, but the same comes out. From this the relay cannot tell whether two people typed the same.",
    },
    other: {
      title: "A room key with one wrong character",
      text: "Something entirely different comes out. The relay sees no difference here either. That the key was wrong shows one step later, when it opens nothing.",
    },
    stretch: {
      title: "Made slow on purpose",
      text: (seconds: string) =>
        `At last a function named Argon2id runs over it, with 64 MiB of memory; here it took ${seconds} seconds. You notice it once. Somebody who tries millions of keys notices it millions of times.`,
    },
  },
  limits: {
    title: "What this keeps out, and what not",
    paragraphs: [
      "Whoever does not run the relay has to ask it for each guess, and it limits how often one may ask.",
      "Whoever runs the relay knows its number and can guess on machines of their own, as fast as Argon2id lets them. That is why a room key should be long: six random words hold.",
    ],
  },
};
