import * as roomCode from "../wire/room_code.ts";

/** What an invitation says. */
export interface Invite {
  readonly code: string;
  readonly roomKey?: string;
  /** The server it leads to, if it is another one than this page's. */
  readonly elsewhere?: string;
}

const PATH = /^\/r\/([^/]+)\/?$/;

/** The link into a room; with the room key it is a secret, and the key stays behind the `#`. */
export function inviteLink(code: string, roomKey?: string): string {
  return `${location.origin}${roomPath(code)}${roomKey ? `#${encodeURIComponent(roomKey)}` : ""}`;
}

export function roomPath(code: string): string {
  return `/r/${roomCode.show(code)}`;
}

/** The room code in a path of this site; undefined if the path is not a room's. */
export function codeInPath(path: string): string | undefined {
  const [, text] = PATH.exec(path) ?? [];
  return text === undefined ? undefined : readCode(decoded(text) ?? "");
}

/** The room key behind the `#` of an invite link; undefined if there is none. */
export function keyInFragment(fragment: string): string | undefined {
  return decoded(fragment.replace(/^#/, "")) || undefined;
}

/** Read what was pasted into the code field: a code, or a whole invite link. */
export function readInvite(text: string): Invite | undefined {
  const url = linkIn(text.trim());
  if (!url) {
    const code = readCode(text);
    return code ? { code } : undefined;
  }
  const code = codeInPath(url.pathname);
  const roomKey = keyInFragment(url.hash);
  if (!code) return undefined;
  return {
    code,
    ...(roomKey !== undefined && { roomKey }),
    ...(url.host !== location.host && { elsewhere: url.host }),
  };
}

function linkIn(text: string): URL | undefined {
  if (!text.includes("/")) return undefined;
  const [whole = ""] = /https?:\/\/\S+/i.exec(text) ?? [];
  const address = whole || (text.startsWith("/") ? text : `${location.protocol}//${text}`);
  try {
    return new URL(address, location.origin);
  } catch {
    return undefined;
  }
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

function readCode(text: string): string | undefined {
  try {
    return roomCode.parse(text);
  } catch {
    return undefined;
  }
}
