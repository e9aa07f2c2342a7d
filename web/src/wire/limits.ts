/** Bounds on everything that crosses the wire (docs/protocol/delivery.md, section Limits). */

export const PROTOCOL_VERSION = 1;

export const KEY_BYTES = 32;
export const SIGNATURE_BYTES = 64;
export const NONCE_BYTES = 32;
export const ROOM_ID_BYTES = 16;
export const REQUEST_ID_BYTES = 16;

export const MAX_MESSAGE_BYTES = 128 * 1024;
export const MAX_ARCHIVE_BYTES = 128 * 1024;
export const MAX_COMMIT_BYTES = 1024 * 1024;
export const MAX_GROUP_INFO_BYTES = 4 * 1024 * 1024;
export const MAX_WELCOME_BYTES = 4 * 1024 * 1024;
export const MAX_SEALED_HISTORY_BYTES = 1024;
export const MAX_CHAIN_BYTES = 4096;
export const MAX_SEALED_ROOT_BYTES = 1024;
export const MAX_SIGNAL_BYTES = 1024;
export const MAX_FRAME_BYTES = 12 * 1024 * 1024;

export const MAX_KEY_ID = 4096;
export const MAX_HOSTS = 32;
export const MAX_SEQ = (1n << 63n) - 1n;
/** The end of the year 9999 in milliseconds since 1970: a later one has no date to show. */
export const MAX_TIME = 253_402_300_799_999;
export const MAX_SYNC_ENVELOPES = 256;
export const MAX_SYNC_BYTES = 2 * 1024 * 1024;

export const MIN_RETENTION_SECONDS = 3600;
export const DEFAULT_RETENTION_SECONDS = 7 * 24 * 3600;
export const MAX_RETENTION_SECONDS = 90 * 24 * 3600;

export const MAX_MEMBERS_HYBRID = 100;
export const MAX_MEMBERS_CLASSICAL = 1000;

export const HANDLE_FORM = "(?=.{3,32}$)[a-z0-9]+([._-][a-z0-9]+)*";
export const MAX_STOCK = 100;
export const MAX_KEY_PACKAGE_BYTES = 16 * 1024;
export const MAX_KEY_PACKAGE_SECONDS = 90 * 24 * 3600;
export const MAX_FIRST_WELCOME_BYTES = 64 * 1024;
export const MAX_INBOX_ITEMS = 256;
export const INBOX_SECONDS = 30 * 24 * 3600;
export const CONVERSATION_MEMBERS = 2;
