export const tools = {
  panel: "People and room",
  connection: {
    connecting: "Connecting",
    "catching-up": "Catching up",
    online: "Online",
    offline: "Offline",
    removed: "You are no longer in this room",
    closed: "This room was closed",
  },
  empty: {
    title: "Nobody else is here yet",
    text: "Send somebody the link, and tell them the room key in another way.",
    copy: "Copy link",
  },
};
