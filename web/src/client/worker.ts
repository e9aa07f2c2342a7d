/** The worker's script: the client with all of its keys, away from the page. */

import { IndexedKeystore, MemoryKeystore } from "../store/keystore.ts";
import { MemoryLocks, WebLocks } from "../store/locks.ts";
import { broadcastChannel, type Channel } from "./leading.ts";
import { directly, serveRoom } from "./remote_room.ts";
import { RoomService } from "./room_service.ts";
import { portEndpoint, serve, Transferred } from "./rpc.ts";
import type { JoinStep, JoinWish, Keeping, NewRoomWish, OpenRoom } from "./service.ts";
import { forgetLastMatch } from "./text.ts";

/** A channel that leads nowhere: a private window shares nothing with others. */
function noChannel(): Channel {
  return { postMessage: () => undefined, onmessage: null, close: () => undefined };
}

function makeService(keeping: Keeping): RoomService {
  const url = globalThis.location.origin;
  if (keeping === "private") {
    const locks = new MemoryLocks();
    return new RoomService(url, new MemoryKeystore(locks), { locks, openChannel: noChannel });
  }
  const locks = new WebLocks();
  const keystore = new IndexedKeystore(locks);
  return new RoomService(url, keystore, { locks, openChannel: broadcastChannel });
}

/** Hand a room over as the port to call it by. */
function handOver(room: OpenRoom): Transferred {
  const { port1, port2 } = new MessageChannel();
  const call = directly(room);
  const end = (): void => {
    stop();
    forgetLastMatch();
  };
  const stop = serveRoom(portEndpoint(port1), room, async (method, args) => {
    const value = await call(method, args);
    // the answer goes first
    if (method === "close" || method === "leave") setTimeout(end, 0);
    return value;
  });
  return new Transferred({ code: room.code, port: port2 }, [port2]);
}

let service: RoomService | undefined;

function opened(): RoomService {
  if (service === undefined) throw new Error("the service was not opened");
  return service;
}

serve(portEndpoint(globalThis as unknown as Worker), {
  open: ([keeping]) => {
    service = makeService(keeping as Keeping);
  },
  create: async ([wish], progress: (step: JoinStep) => void) =>
    handOver(await opened().create(wish as NewRoomWish, progress)),
  join: async ([wish], progress: (step: JoinStep) => void) =>
    handOver(await opened().join(wish as JoinWish, progress)),
  resume: async ([code]) => handOver(await opened().resume(code as string)),
  rooms: () => opened().rooms(),
  forget: ([code]) => opened().forget(code as string),
  forgetEverything: () => opened().forgetEverything(),
  generateRoomKey: () => opened().generateRoomKey(),
  safetyWords: ([wordPlaces]) => opened().safetyWords(wordPlaces as readonly number[]),
  strength: ([roomKey]) => opened().strength(roomKey as string),
  setSignals: ([isOn]) => opened().setSignals(isOn as boolean),
  wakeUp: () => opened().wakeUp(),
  // its sockets wait for this event, which browsers do not bring to every worker
  goOffline: () => {
    globalThis.dispatchEvent(new Event("offline"));
  },
});
