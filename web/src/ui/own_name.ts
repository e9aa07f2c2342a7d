import { signal } from "@preact/signals";

/** The name a person goes by, carried from one screen to the next; in memory only. */
export const ownName = signal("");

/** Longest name that is shown; the client cuts there too. */
export const MAX_NAME_CHARACTERS = 64;
