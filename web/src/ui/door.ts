import { effect, signal } from "@preact/signals";
import type { Keeping, OpenRoom, Service, StoredRoom } from "../client/service.ts";
import { hasSignals } from "./settings.ts";

/** What is kept on this device; a choice for this page, never stored. */
export const keeping = signal<Keeping>("device");

/** Why the service could not be opened, or `undefined`. */
export const doorFault = signal<unknown>(undefined);

/** Whether the client has ended in a way nothing but a reload mends. */
export const hasStopped = signal(false);

/** The code of the error that every call ends with once the client's worker has ended. */
const WORKER_FAILED = "worker_failed";

type Maker = (wanted: Keeping) => Promise<Service>;

let make: Maker = () => Promise.reject(new Error("no service was given"));
let opening: Promise<Service> | undefined;

/** Say where services come from; comes before the first call of `service`. */
export function openWith(maker: Maker): void {
  make = maker;
  opening = undefined;
}

/** The service; the first call starts it, and so does the next one after it could not be started. */
export function service(): Promise<Service> {
  if (opening === undefined) {
    const attempt = open(keeping.value);
    opening = attempt;
    attempt.catch(() => {
      if (opening === attempt) opening = undefined;
    });
  }
  return opening;
}

/** Change what is kept on this device. Rooms that are open stay with the service they came from. */
export function setKeeping(wanted: Keeping): void {
  if (keeping.value === wanted) return;
  opening = undefined;
  keeping.value = wanted;
}

async function open(wanted: Keeping): Promise<Service> {
  doorFault.value = undefined;
  try {
    const made = await make(wanted);
    // the first thing it hears, so that no room is opened before
    effect(() => void made.setSignals(hasSignals.value).catch(() => undefined));
    return made;
  } catch (error) {
    noticeStop(error);
    doorFault.value = error;
    throw error;
  }
}

/** Show the crash page if that is what an error means; other errors pass. */
export function noticeStop(error: unknown): void {
  if (error instanceof Error && "code" in error && error.code === WORKER_FAILED) {
    hasStopped.value = true;
  }
}

let entered: OpenRoom | undefined;

/** Counts the rooms handed over, so that a screen can look again. */
export const arrivals = signal(0);

/** Hand a room that was just created or joined to the screen that shows it. */
export function handOver(room: OpenRoom): void {
  entered = room;
  arrivals.value += 1;
}

/** Take the room handed over, if it is the one with this code. */
export function takeHandedOver(code: string): OpenRoom | undefined {
  if (entered?.code !== code) return undefined;
  const room = entered;
  entered = undefined;
  return room;
}

/** The room of this device with this code, as it is listed; undefined if it is none of its rooms. */
export async function keptRoom(code: string): Promise<StoredRoom | undefined> {
  return (await (await service()).rooms()).find((room) => room.code === code);
}
