export const join = {
  title: "Join the room",
  code: "Room code",
  keyHint: "Ask whoever invited you. It is never sent to the server.",
  keyFromLink:
    "The room key came with the link. Whoever has that link can read along: treat it as a secret.",
  action: "Join",
  again: (seconds: number) => `Try again in ${seconds} s`,
  other: "Join another room",
  steps: {
    connecting: "Connecting to the server",
    asking: "Mixing in the server's key",
    stretching: "Stretching the room key",
    checking: "Checking the room key",
    entering: "Entering the room",
  },
  stretchingNote: "This takes a second on purpose: it makes guessing slow.",
  progress: "Joining",
};
