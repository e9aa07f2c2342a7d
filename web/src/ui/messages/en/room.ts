export const room = {
  linkTo: (says: string, host: string) => `${says}, link to ${host}`,
  label: (title: string) => `Room ${title}`,
  opening: "Opening the room",
  timeline: "Messages",
  unread: "New messages",
  joinedHere: "You joined here. What stands above was said before.",
  deleted: "Message deleted",
  notices: {
    created: (name: string) => `${name} made this room`,
    joined: (name: string) => `${name} joined`,
    left: (name: string) => `${name} left`,
    removed: (name: string) => `${name} was removed by a host`,
    "key-changed": (_name: string) => "A host changed the room key",
    locked: (_name: string) => "A host locked the room: nobody new can join",
    unlocked: (_name: string) => "A host unlocked the room",
    "rules-changed": (_name: string) => "A host changed the room's settings",
    unreadable: (_name: string) => "A message here cannot be read",
  },
  composer: {
    label: "Write a message",
    send: "Send",
  },
};
