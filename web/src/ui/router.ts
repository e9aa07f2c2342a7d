import { signal } from "@preact/signals";
import { arrivals } from "./door.ts";
import { codeInPath, keyInFragment, roomPath } from "./invite.ts";

export type Route =
  | { readonly kind: "home" }
  | { readonly kind: "how-it-works" }
  | { readonly kind: "room"; readonly code: string }
  | { readonly kind: "unknown" };

const HOW_IT_WORKS = "/how-it-works";

export const route = signal<Route>({ kind: "home" });

/** The room key that came with the address, until a screen takes it. */
let keyFromAddress: { readonly code: string; readonly roomKey: string } | undefined;

// `?fake=…` has to outlive a change of the path; nothing else is ever kept in a query.
const query = import.meta.env.DEV ? location.search : "";

/** Read the address and follow it. Comes before anything else: it takes the room key out of sight. */
export function startRouting(): void {
  readAddress();
  addEventListener("popstate", () => {
    readAddress();
    // A link with a key may lead to where one is already, and the key is to be looked at.
    if (keyFromAddress) arrivals.value += 1;
  });
}

function readAddress(): void {
  const code = codeInPath(location.pathname);
  const roomKey = code && keyInFragment(location.hash);
  if (location.hash) history.replaceState(null, "", location.pathname + query);
  if (code && roomKey) keyFromAddress = { code, roomKey };
  route.value = code ? { kind: "room", code } : { kind: kindOf(location.pathname) };
}

function kindOf(path: string): "home" | "how-it-works" | "unknown" {
  if (path === HOW_IT_WORKS) return "how-it-works";
  return path === "/" ? "home" : "unknown";
}

/** The address of a screen, without the server's. */
export function pathOf(screen: Route): string {
  if (screen.kind === "room") return roomPath(screen.code);
  return screen.kind === "how-it-works" ? HOW_IT_WORKS : "/";
}

/** Go to another screen; `isReplacing` leaves no way back to this one. */
export function navigate(next: Route, isReplacing = false): void {
  const path = pathOf(next);
  if (isReplacing) history.replaceState(null, "", path + query);
  else history.pushState(null, "", path + query);
  route.value = next;
  scrollTo(0, 0);
}

/** Whether the address came with a key for this room that no screen has taken yet. */
export function hasKeyFromAddress(code: string): boolean {
  return keyFromAddress?.code === code;
}

/** Take the room key that came with the address; it is given once. */
export function takeKeyFromAddress(code: string): string | undefined {
  if (!hasKeyFromAddress(code)) return undefined;
  const roomKey = keyFromAddress?.roomKey;
  keyFromAddress = undefined;
  return roomKey;
}

/** Hand a room key on to the join screen, as if it had come with the address. */
export function carryKey(code: string, roomKey: string): void {
  keyFromAddress = { code, roomKey };
}

/** Have the screen of a room that this device was taken out of ask for the key, to join it anew. */
export function joinAgain(code: string): void {
  // Known by its code alone, the room is opened to be joined and not to be read.
  carryKey(code, "");
  arrivals.value += 1;
}
