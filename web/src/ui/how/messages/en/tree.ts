export const tree = {
  title: "Many people, one key: the group's tree",
  paragraphs: [
    "So far there were two. In a room there are many, and people come and go. Whoever comes must not open what was sealed before them with keys they never had, and whoever goes must not be able to read on.",
    "Roomkey uses a standard for this, MLS (RFC 9420). It puts the members at the bottom of a tree. Each node has a key that exactly those below it know. The key at the top is known to all: messages are sealed with what follows from it.",
    "Let people come and go, and watch which keys are made anew.",
  ],
  join: "Somebody joins",
  remove: (name: string) => `Remove ${name}`,
  picture: (names: string) => `A tree of keys. At the bottom: ${names}. At the top the key of all.`,
  top: "key of all",
  start: (count: string) => `${count} members. Every node with people on both sides has a key.`,
  joined: (who: string, count: string, epoch: string) =>
    `${who} joined and made ${count} keys anew: ${who}'s own and those above. Change number ${epoch}.`,
  removed: (who: string, by: string, count: string, epoch: string) =>
    `${who} was removed. All keys that ${who} knew are dropped, and ${by} made ${count} anew that ${who} never gets. Change number ${epoch}.`,
  after: [
    "The lit path is all that has to be made. For eight people that is four keys, for a thousand it is eleven. That is why a tree, and not one key for each pair.",
    "Each new key is sent to those below it in a way like Alice's and Bob's: sealed to a public value, so that the relay, which carries it, cannot open it. In rooms for up to 100 people a second method, which quantum computers are not known to break, is combined with it.",
    "This drawing uses Roomkey's own code for the positions in the tree; the keys themselves are left out. If a room is set so that newcomers may read earlier messages, the older keys are kept for them, sealed with the room key.",
  ],
};
