/** A relay in memory that does as docs/protocol/delivery.md says, and whatever else a test wants. */

import { Backoff } from "../../../src/client/connection.ts";
import { CLOCK_EXTENSION, Content, type ContentOptions } from "../../../src/client/content.ts";
import { LARGE_SUITE, makeRoom, startGroup } from "../../../src/client/creating.ts";
import type { Event } from "../../../src/client/events.ts";
import { enter } from "../../../src/client/joining.ts";
import { merge, readFamily, textOf } from "../../../src/client/merging.ts";
import type { SentMessage } from "../../../src/client/outbox.ts";
import type { History } from "../../../src/client/room_policy.ts";
import { newIdentity, RoomState } from "../../../src/client/room_state.ts";
import { SCHEDULE, type Schedule } from "../../../src/client/schedule.ts";
import { Session } from "../../../src/client/session.ts";
import {
  type Fields,
  ignoreLoss,
  ignorePush,
  type Transport,
} from "../../../src/client/transport.ts";
import { equal, toHex } from "../../../src/crypto/bytes.ts";
import { systemRandom } from "../../../src/crypto/randomness.ts";
import {
  EpochConflict,
  NotAdmitted,
  RelayUnreachable,
  StaleEpoch,
  WrongRoomKey,
} from "../../../src/errors.ts";
import { KeyRing } from "../../../src/keys/key_ring.ts";
import { deriveSecrets } from "../../../src/keys/root.ts";
import { MemoryKeystore } from "../../../src/store/keystore.ts";
import { isContent } from "../../../src/store/transcript_index.ts";

export const ROOM = new Uint8Array(16);
const CODE = "0123456789";
const NOW = Date.now();
export const SECRETS = deriveSecrets(new Uint8Array(32));
export const NEVER: Schedule = {
  ...SCHEDULE,
  updateSeconds: 1e9,
  updateMessages: 1e9,
  tidySeconds: 0.01,
};

/** Says for an event whether the connection breaks "before" or "after" it is carried out. */
export type Fault = (event: string) => "before" | "after" | undefined;

export type LogEntry = Record<string, unknown> & { seq: number; body: Uint8Array };

export class FakeRelay {
  readonly log: LogEntry[] = [];
  readonly members = new Set<string>();
  readonly connected = new Set<FakeTransport>();
  readonly archives = new Map<number, unknown>();
  epoch = 0;
  floor = 1;
  keyId = 0;
  fault: Fault = () => undefined;
  /** Whether the new root of a changed room key is handed on. */
  givesRoot = true;
  readonly #answers = new Map<string, Fields>();
  readonly #history = new Map<number, { keyId: number; sealed: unknown }>();
  readonly #chain: Fields[] = [];
  readonly #left: Fields[] = [];
  #groupInfo: unknown;

  append(
    kind: string,
    leaf: Uint8Array,
    request: Uint8Array,
    body: unknown,
    more: Fields = {},
  ): Fields {
    const seq = this.log.length + 1;
    const place = { seq, time: NOW + seq };
    const sent = { kind, epoch: this.epoch, leaf, request, body: body as Uint8Array, room: ROOM };
    const envelope: LogEntry = { ...place, ...sent, ...more };
    this.log.push(envelope);
    for (const transport of [...this.connected]) transport.onPush("room.envelope", { ...envelope });
    return place;
  }

  answer(event: string, leaf: Uint8Array, fields: Fields): Fields {
    const { request } = fields;
    if (!(request instanceof Uint8Array)) return this.#answer(event, leaf, fields);
    const change = `${toHex(leaf)} ${toHex(request)}`;
    const answer = this.#answers.get(change) ?? this.#answer(event, leaf, fields);
    this.#answers.set(change, answer);
    return answer;
  }

  #answer(event: string, leaf: Uint8Array, fields: Fields): Fields {
    const head = this.log.length;
    if (event === "room.open") return { room: ROOM, nonce: new Uint8Array(32) };
    if (event === "room.create") {
      this.members.add(toHex(leaf));
      this.#groupInfo = fields.group_info;
      this.#history.set(0, { keyId: 0, sealed: fields.history });
      return { seq: 0, time: NOW };
    }
    if (event === "room.admit") {
      const known = { key_id: this.keyId, epoch: this.epoch, head, group_info: this.#groupInfo };
      return { ...known, left: [...this.#left], chain: [...this.#chain] };
    }
    const isMember = this.members.has(toHex(leaf));
    if (event === "room.commit" && (isMember || isSame(fields.joined, leaf))) {
      return this.#commit(leaf, fields);
    }
    if (!isMember) throw event === "room.resume" ? new WrongRoomKey() : new NotAdmitted();
    if (event === "room.resume") return { head, epoch: this.epoch, time: NOW + head };
    if (event === "room.send") return this.#send(leaf, fields);
    if (event === "room.history") return this.#archive(fields);
    if (event === "room.sync") {
      const [after, limit] = [Number(fields.after), Number(fields.limit)];
      const envelopes = this.log.slice(after, after + limit);
      return { envelopes, head, more: false, floor: this.floor };
    }
    if (event === "room.signal") return {};
    throw new Error(`the fake relay does not know ${event}`);
  }

  #send(leaf: Uint8Array, fields: Fields): Fields {
    if (fields.epoch !== this.epoch) throw new StaleEpoch("", { epoch: this.epoch });
    if (fields.archive !== undefined) this.archives.set(this.log.length + 1, fields.archive);
    return this.append("message", leaf, fields.request as Uint8Array, fields.message);
  }

  #archive(fields: Fields): Fields {
    const found = this.log.filter(
      ({ seq }) => this.archives.has(seq) && seq < Number(fields.before),
    );
    const page = found.reverse().slice(0, Number(fields.limit));
    const epochs = [...this.#history].map(([epoch, { keyId, sealed }]) => ({
      epoch,
      key_id: keyId,
      sealed,
    }));
    return {
      archives: page.map((entry) => ({ ...entry, archive: this.archives.get(entry.seq) })),
      epochs,
      chain: [...this.#chain],
      more: found.length > page.length,
    };
  }

  #commit(leaf: Uint8Array, fields: Fields): Fields {
    if (fields.epoch !== this.epoch) throw new EpochConflict("", { epoch: this.epoch });
    const { history, rekey } = fields as { history?: Uint8Array; rekey?: Fields };
    if (rekey !== undefined) {
      this.keyId += 1;
      this.#chain.unshift({ key_id: this.keyId, chain: rekey.chain });
    }
    this.members.add(toHex(leaf));
    for (const removed of (fields.removed ?? []) as Uint8Array[]) {
      this.members.delete(toHex(removed));
    }
    this.#groupInfo = fields.group_info;
    const answer = this.append("commit", leaf, fields.request as Uint8Array, fields.message, {
      ...(history && { history }),
      ...(rekey && this.givesRoot && { root: rekey.root }),
    });
    this.epoch += 1;
    this.#history.set(this.epoch, { keyId: this.keyId, sealed: history });
    return answer;
  }
}

function isSame(value: unknown, leaf: Uint8Array): boolean {
  return value instanceof Uint8Array && equal(value, leaf);
}

const tick = () => new Promise<void>((resolve) => setTimeout(resolve, 0));

export class FakeTransport implements Transport {
  onPush: Transport["onPush"] = ignorePush;
  onLost: Transport["onLost"] = ignoreLoss;

  constructor(
    readonly relay: FakeRelay,
    readonly leaf: Uint8Array,
  ) {}

  async connect(): Promise<void> {
    await tick();
    this.relay.connected.add(this);
  }

  async request(event: string, fields: Fields): Promise<Fields> {
    await tick();
    const fault = this.relay.fault(event);
    if (!this.relay.connected.has(this) || fault === "before") return this.#break();
    const answer = this.relay.answer(event, this.leaf, fields);
    if (fault === "after") return this.#break();
    await tick();
    return answer;
  }

  #break(): never {
    if (this.relay.connected.delete(this)) this.onLost();
    throw new RelayUnreachable();
  }

  async close(): Promise<void> {
    this.relay.connected.delete(this);
  }
}

/** One member: its state as it is stored, and a session when it runs. */
export class Device {
  readonly events: Event[] = [];
  session: Session | undefined;
  #more: (() => void)[] = [];

  private constructor(
    readonly relay: FakeRelay,
    readonly keystore: MemoryKeystore,
    public state: RoomState,
  ) {}

  static async make(relay: FakeRelay, name: string): Promise<Device> {
    const keystore = new MemoryKeystore();
    const store = await keystore.open("room", { create: true });
    const state = new RoomState(store, {
      relay: "fake",
      code: CODE,
      roomId: ROOM,
      name,
      identity: newIdentity(LARGE_SUITE),
      ring: new KeyRing(SECRETS),
    });
    return new Device(relay, keystore, state);
  }

  transport(): FakeTransport {
    return new FakeTransport(this.relay, this.state.leafKey);
  }

  async create(history: History = "shared"): Promise<void> {
    const transport = this.transport();
    await transport.connect();
    await startGroup(this.state, { history, retention: 3600, suite: LARGE_SUITE, title: "" });
    await makeRoom(transport, this.state, { roomId: ROOM, nonce: new Uint8Array(32) });
    await transport.close();
  }

  async join(): Promise<void> {
    const transport = this.transport();
    await transport.connect();
    await enter(transport, this.state);
    await transport.close();
  }

  start(schedule: Schedule = NEVER): Session {
    const tell = (event: Event) => this.#tell(event);
    const backoff = new Backoff(0.001, 0.002);
    this.session = new Session(this.state, () => this.transport(), tell, { schedule, backoff });
    this.session.start();
    return this.session;
  }

  async restart(schedule: Schedule = NEVER): Promise<Session> {
    await this.stop();
    this.state = await RoomState.load(await this.keystore.open("room"));
    return this.start(schedule);
  }

  async stop(): Promise<void> {
    await this.session?.stop();
  }

  #tell(event: Event): void {
    this.events.push(event);
    const waiting = this.#more;
    this.#more = [];
    for (const wake of waiting) wake();
  }

  /** Wait until something holds, looking whenever the room tells something. */
  async until(isIt: () => boolean | Promise<boolean>): Promise<void> {
    for (;;) {
      const more = new Promise<void>((resolve) => this.#more.push(resolve));
      if (await isIt()) return;
      await more;
    }
  }

  has(kind: Event["kind"]): boolean {
    return this.events.some((event) => event.kind === kind);
  }

  async send(text: string, options: ContentOptions = {}): Promise<SentMessage> {
    if (this.session === undefined) throw new Error("it does not run");
    const extensions = [[CLOCK_EXTENSION, Date.now()]] as const;
    const content = new Content(systemRandom(16), text, { ...options, extensions });
    const sent = await this.session.outbox.add(content);
    this.session.wake();
    return sent;
  }

  async say(text: string): Promise<void> {
    await (await this.send(text)).stored;
  }

  async hear(text: string): Promise<void> {
    await this.until(async () => (await this.texts()).includes(text));
  }

  /** The texts of the transcript in the order of the log. */
  async texts(): Promise<string[]> {
    const { store } = this.state;
    const places = [...store.index.from(0)].filter(
      (place) => isContent(place) && place.about === undefined,
    );
    const families = await Promise.all(places.map((place) => readFamily(store, place.id)));
    return families.flatMap((family) => {
      const merged = merge(family);
      return merged === undefined ? [] : [textOf(merged)];
    });
  }

  /** The texts in the order in which they were told. */
  async told(): Promise<string[]> {
    const told: string[] = [];
    for (const event of this.events) {
      if (event.kind !== "message received") continue;
      const merged = merge(await readFamily(this.state.store, event.id));
      if (merged !== undefined) told.push(textOf(merged));
    }
    return told;
  }
}

/** A room in which nothing runs yet: Ann's, who is its host, and Bob has joined it. */
export async function twoPeople(): Promise<{ relay: FakeRelay; ann: Device; bob: Device }> {
  const relay = new FakeRelay();
  const ann = await Device.make(relay, "Ann");
  const bob = await Device.make(relay, "Bob");
  await ann.create();
  await bob.join();
  return { relay, ann, bob };
}
