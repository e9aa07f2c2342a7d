/** The page's end: a service whose work is done in a worker. */

import { trustedScript } from "../trusted_script.ts";
import { type RemoteRoom, remoteRoom } from "./remote_room.ts";
import { Caller, portEndpoint } from "./rpc.ts";
import {
  type JoinStep,
  type JoinWish,
  type Keeping,
  type NewRoomWish,
  type OpenRoom,
  type Service,
  ServiceError,
  type StoredRoom,
  type Strength,
} from "./service.ts";
import workerUrl from "./worker.ts?worker&url";

/** What the worker answers for a room. */
interface HandedOver {
  readonly code: string;
  readonly port: MessagePort;
}

/** Start the client in its worker. */
export async function openService(keeping: Keeping): Promise<Service> {
  const worker = new Worker(trustedScript(workerUrl), { type: "module" });
  const service = new WorkerService(worker);
  await service.open(keeping);
  return service;
}

class WorkerService implements Service {
  readonly #caller: Caller;
  readonly #rooms = new Set<RemoteRoom>();

  constructor(worker: Worker) {
    this.#caller = new Caller(portEndpoint(worker));
    const failed = () => this.#failed();
    worker.onerror = failed;
    worker.onmessageerror = failed;
    const wakeUp = () => {
      if (document.visibilityState === "visible")
        this.#caller.call("wakeUp").catch(() => undefined);
    };
    const goOffline = () => {
      this.#caller.call("goOffline").catch(() => undefined);
    };
    globalThis.addEventListener("online", wakeUp);
    globalThis.addEventListener("offline", goOffline);
    document.addEventListener("visibilitychange", wakeUp);
  }

  async open(keeping: Keeping): Promise<void> {
    await this.#caller.call("open", [keeping]);
    // asked for once there is something to lose; what the answer is does not matter
    if (keeping === "device") navigator.storage?.persist?.().catch(() => undefined);
  }

  create(wish: NewRoomWish, progress: (step: JoinStep) => void): Promise<OpenRoom> {
    return this.#room("create", wish, progress);
  }

  join(wish: JoinWish, progress: (step: JoinStep) => void): Promise<OpenRoom> {
    return this.#room("join", wish, progress);
  }

  resume(code: string): Promise<OpenRoom> {
    return this.#room("resume", code, () => undefined);
  }

  async #room(
    method: string,
    wish: unknown,
    progress: (step: JoinStep) => void,
  ): Promise<OpenRoom> {
    const step = (word: unknown) => progress(word as JoinStep);
    const { code, port } = (await this.#caller.call(method, [wish], step)) as HandedOver;
    const remote = remoteRoom(code, portEndpoint(port));
    this.#rooms.add(remote);
    return remote.room;
  }

  rooms(): Promise<readonly StoredRoom[]> {
    return this.#caller.call("rooms") as Promise<readonly StoredRoom[]>;
  }

  async forget(code: string): Promise<void> {
    await this.#caller.call("forget", [code]);
  }

  async forgetEverything(): Promise<void> {
    await this.#caller.call("forgetEverything");
  }

  generateRoomKey(): Promise<string> {
    return this.#caller.call("generateRoomKey") as Promise<string>;
  }

  safetyWords(wordPlaces: readonly number[]): Promise<readonly string[]> {
    return this.#caller.call("safetyWords", [wordPlaces]) as Promise<readonly string[]>;
  }

  async setSignals(isOn: boolean): Promise<void> {
    await this.#caller.call("setSignals", [isOn]);
  }

  strength(roomKey: string): Promise<Strength> {
    return this.#caller.call("strength", [roomKey]) as Promise<Strength>;
  }

  /** The worker is gone: all that it was asked fails, and only a reload brings it back. */
  #failed(): void {
    const failure = new ServiceError(
      "worker_failed",
      "This page has stopped working.",
      "Reload it: nothing that was stored is lost.",
    );
    this.#caller.fail(failure);
    for (const room of this.#rooms) room.fail(failure);
  }
}
