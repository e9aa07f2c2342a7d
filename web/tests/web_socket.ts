/** The browser's WebSocket, which Node 20 lacks. */

import { WebSocket } from "ws";

globalThis.WebSocket ??= WebSocket as unknown as typeof globalThis.WebSocket;
