/** One person with the browser's client in a process of Node's, driven by lines of JSON over a socket. */

import { connect } from "node:net";
import { createInterface } from "node:readline";
import { Client } from "../../src/client/client.ts";
import { Backoff } from "../../src/client/connection.ts";
import { Content } from "../../src/client/content.ts";
import { fromHex } from "../../src/client/hex.ts";
import { signOf, textOf } from "../../src/client/merging.ts";
import type { SentMessage } from "../../src/client/outbox.ts";
import type { Room } from "../../src/client/room.ts";
import type { RoomState } from "../../src/client/room_state.ts";
import { SCHEDULE } from "../../src/client/schedule.ts";
import { toHex } from "../../src/crypto/bytes.ts";
import { RoomkeyError } from "../../src/errors.ts";
import { FileKeystore } from "./file_keystore.ts";
import "../web_socket.ts";

const EVERYTHING = 100_000;

type Fields = Readonly<Record<string, unknown>>;
// biome-ignore lint/suspicious/noExplicitAny: what comes from the tests' own harness
type Options = any;

const [, , socketPath = "", token = ""] = process.argv;
const socket = connect(socketPath);

function tell(fields: Fields): void {
  socket.write(`${JSON.stringify(fields)}\n`);
}

class NoRoom extends Error {}

let client: Client | undefined;
let opened: Room | undefined;

/** Give the client; there is none where its files could not be opened. */
function theClient(): Client {
  if (client === undefined) throw new NoRoom();
  return client;
}

function theRoom(): Room {
  if (opened === undefined) throw new NoRoom();
  return opened;
}

function stateOf(room: Room): RoomState {
  return (room as unknown as { roomState: RoomState }).roomState;
}

function enter(room: Room): Fields {
  opened = room;
  room.listen((event) => {
    if (event.kind === "room trouble") tell({ event: "trouble", code: event.code });
    if (event.kind === "message unreadable") {
      tell({ event: "unreadable", seq: event.seq, reason: event.reason });
    }
  });
  return { code: room.code };
}

function sent(label: string, message: SentMessage): Fields {
  const leaf = toHex(stateOf(theRoom()).leafKey);
  message.stored.then(
    ({ seq }) => tell({ event: "stored", label, seq, leaf }),
    (error) => tell({ event: "refused", label, code: error.code ?? String(error) }),
  );
  return { id: toHex(message.id), leaf };
}

function idOf(id: string): Uint8Array {
  return fromHex(id) ?? new Uint8Array();
}

const COMMANDS: Record<string, (options: Options) => Promise<Fields>> = {
  async start({ url, folder, code }) {
    await COMMANDS.stop?.({});
    client = new Client(url, new FileKeystore(folder), {
      schedule: { ...SCHEDULE, tidySeconds: 0.1 },
      backoff: () => new Backoff(0.02, 0.3),
    });
    const rooms = await theClient().rooms();
    const stored = rooms.find((room) => code === undefined || room.code === code);
    return stored === undefined ? { code: null } : enter(await theClient().resume(stored.code));
  },
  async stop() {
    const room = opened;
    opened = undefined;
    await room?.close();
    return {};
  },
  async create({ room_key, name, ...options }) {
    return enter(await theClient().create(room_key, name, options));
  },
  async join({ code, room_key, name }) {
    return enter(await theClient().join(code, room_key, name));
  },
  async say({ label, text, in_reply_to }) {
    const inReplyTo = in_reply_to === undefined ? undefined : idOf(in_reply_to);
    return sent(label, await theRoom().send(text, { inReplyTo }));
  },
  async change({ label, what, message, text, sign }) {
    const id = idOf(message);
    const room = theRoom();
    if (what === "edit") return sent(label, await room.edit(id, text));
    if (what === "delete") return sent(label, await room.delete(id));
    return sent(label, await room.react(id, sign));
  },
  async do({ what, ...options }) {
    const room = theRoom();
    if (what === "change_room_key") await room.changeRoomKey(options.new_key, options.remove);
    else if (what === "give_room_key") await room.giveRoomKey(options.room_key);
    else if (what === "remove") await room.remove(options.member);
    else if (what === "set_title") await room.setTitle(options.title);
    else if (what === "leave") await room.leave();
    else throw new NoRoom();
    return {};
  },
  async look() {
    const room = theRoom();
    const state = stateOf(room);
    const { group } = state;
    return {
      state: room.state,
      waiting: room.waiting,
      cursor: state.cursor,
      key_id: room.keyId,
      needs_room_key: room.needsRoomKey,
      pseudonym: room.pseudonym,
      leaf: toHex(state.leafKey),
      epoch: group === undefined ? -1 : Number(group.epoch),
      authenticator: group === undefined ? "" : toHex(group.epochAuthenticator),
      statements: state.store.statements().size,
      has_pending: state.pending !== undefined,
      members: room
        .members()
        .map((member) => member.pseudonym)
        .sort(),
      title: group === undefined ? "" : room.title,
    };
  },
  async timeline() {
    const kept: number[] = [];
    for await (const { stored } of theRoom().messages()) kept.push(stored.seq);
    const { entries } = await theRoom().history(EVERYTHING);
    const messages = entries.flatMap((entry) => ("stored" in entry ? [entry] : []));
    return {
      kept,
      shown: messages.map((message) => {
        const { stored, edit, isDeleted, reactions } = message;
        const answered = isDeleted ? undefined : Content.decode(stored.content).inReplyTo;
        return [
          stored.seq,
          toHex(stored.messageId),
          toHex(stored.pseudonym),
          textOf(message),
          answered === undefined ? null : toHex(answered),
          edit !== undefined,
          isDeleted,
          reactions.map((one) => [toHex(one.pseudonym), signOf(one)]).sort(),
        ];
      }),
    };
  },
};

async function answer(number: number, what: string, options: Options): Promise<void> {
  try {
    tell({ answer: number, ...(await COMMANDS[what]?.(options)) });
  } catch (error) {
    if (error instanceof RoomkeyError) tell({ answer: number, error: error.code });
    else if (error instanceof NoRoom) tell({ answer: number, error: "LookupError" });
    else tell({ answer: number, crash: error instanceof Error ? error.stack : String(error) });
  }
}

process.on("unhandledRejection", (error) => {
  tell({ event: "crash", text: error instanceof Error ? error.stack : String(error) });
});

tell({ event: "here", token });
for await (const line of createInterface({ input: socket })) {
  const { ask, do: what, ...options } = JSON.parse(line);
  void answer(ask, what, options);
}
process.exit(0);
