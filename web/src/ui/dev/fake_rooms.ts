import type { ConnectionWord, HistoryMode, RoomSize, Trouble } from "../../client/service.ts";

/** What a fake room is like; each stands for one state the page has to show. */
export interface FakeRoomPlan {
  readonly code: string;
  readonly title: string;
  readonly members: number;
  readonly messages: number;
  readonly isHost: boolean;
  readonly isLively: boolean;
  readonly connection: ConnectionWord;
  readonly history: HistoryMode;
  readonly retention: number;
  readonly size: RoomSize;
  readonly isLocked: boolean;
  readonly needsRoomKey: boolean;
  readonly isFollowing: boolean;
  /** Own messages that wait, or have failed, in the end of the timeline. */
  readonly pending: readonly ("waiting" | "failed")[];
  readonly unread: number;
  readonly roomKey: string;
  readonly trouble?: Trouble;
  readonly remarks: readonly string[];
  /** Hours since it was last open here. */
  readonly age: number;
}

export const PLAIN: FakeRoomPlan = {
  code: "7GQ2M0XK4T",
  title: "",
  members: 1,
  messages: 0,
  isHost: true,
  isLively: false,
  connection: "online",
  history: "shared",
  retention: 7 * 24 * 3600,
  size: "hybrid",
  isLocked: false,
  needsRoomKey: false,
  remarks: [],
  isFollowing: false,
  pending: [],
  unread: 0,
  roomKey: "copper lantern fable otter meadow quill",
  age: 0,
};

/** The rooms this device has; `?fake=all` lists all of them, otherwise the first three are listed. */
export const FAKE_ROOMS: readonly FakeRoomPlan[] = [
  { ...PLAIN, title: "Kitchen table", members: 6, messages: 60, isLively: true, unread: 4 },
  {
    ...PLAIN,
    code: "KM4TZ81RDP",
    title: "Ten thousand",
    members: 6,
    messages: 10_000,
    age: 5,
  },
  {
    ...PLAIN,
    code: "9WJ0C3E7VB",
    title: "",
    members: 4,
    messages: 12,
    isHost: false,
    isLocked: true,
    history: "strict",
    age: 30,
  },
  { ...PLAIN, code: "0000011111", title: "Quiet", age: 50 },
  {
    ...PLAIN,
    code: "0FF11NE000",
    title: "Field office",
    members: 3,
    messages: 20,
    connection: "offline",
    pending: ["failed", "waiting", "waiting"],
    age: 80,
  },
  {
    ...PLAIN,
    code: "NEWKEY0000",
    title: "New locks",
    members: 4,
    messages: 15,
    isHost: false,
    needsRoomKey: true,
    age: 100,
  },
  {
    ...PLAIN,
    code: "REM0VED000",
    title: "Shown out",
    members: 3,
    messages: 15,
    isHost: false,
    connection: "removed",
    age: 400,
  },
  {
    ...PLAIN,
    code: "C10SED0000",
    title: "Closed on Tuesday",
    members: 3,
    messages: 15,
    isHost: false,
    connection: "closed",
    age: 500,
  },
  {
    ...PLAIN,
    code: "F0110W1NG0",
    title: "Second tab",
    members: 3,
    messages: 20,
    isFollowing: true,
    age: 600,
  },
  {
    ...PLAIN,
    code: "TR0B1E0000",
    title: "Trouble",
    members: 3,
    messages: 20,
    age: 700,
    trouble: {
      code: "storage_full",
      sentence: "The relay's disk is full; the message was not stored.",
      nextStep: "It is sent again by itself; tell the relay's operator.",
    },
  },
  {
    ...PLAIN,
    code: "B1GHA11000",
    title: "Town hall",
    members: 400,
    messages: 200,
    size: "large",
    retention: 3600,
    age: 800,
  },
];
