/** A room that is open in another thread, or in another window. */

import { type CallRoom, callRoom, ROOM_METHODS, roomOf } from "./room_methods.ts";
import { Caller, type Endpoint, type Method, serve } from "./rpc.ts";
import type { OpenRoom, RoomListener, RoomView, ServiceError, TimelineItem } from "./service.ts";

/** Serve a room to who holds the other end; returns how to stop. */
export function serveRoom(endpoint: Endpoint, room: OpenRoom, call: CallRoom): () => void {
  let stopListening: (() => void) | undefined;
  const methods = ROOM_METHODS.map((name): [string, Method] => [name, (args) => call(name, args)]);
  const tell = serve(endpoint, {
    ...Object.fromEntries(methods),
    listen: () => {
      stopListening?.();
      stopListening = room.listen({
        view: (view) => tell("view", view),
        items: (changed, gone, isLive) => tell("items", changed, gone, isLive),
      });
    },
  });
  return () => {
    stopListening?.();
    endpoint.close();
  };
}

/** Have a room's methods called as they are. */
export function directly(room: OpenRoom): CallRoom {
  return (method, args) => callRoom(room, method, args);
}

/** A room at the other end of `serveRoom`. */
export interface RemoteRoom {
  readonly room: OpenRoom;
  /** Fail all that waits for an answer, and all that is asked from now on. */
  fail(error: ServiceError): void;
}

/** Hold the other end of `serveRoom`; `changed` may alter each view before it is told. */
export function remoteRoom(
  code: string,
  endpoint: Endpoint,
  changed: (view: RoomView) => RoomView = (view) => view,
): RemoteRoom {
  const caller = new Caller(endpoint);
  const listeners = new Set<RoomListener>();
  caller.onTold = (what, args) => {
    for (const listener of [...listeners]) {
      if (what === "view") listener.view(changed(args[0] as RoomView));
      else listener.items(...(args as [TimelineItem[], string[], boolean]));
    }
  };
  const listen = (listener: RoomListener) => {
    listeners.add(listener);
    // who listens already is told once more, which changes nothing
    caller.call("listen").catch(() => undefined);
    return () => {
      listeners.delete(listener);
    };
  };
  const room = roomOf(code, (method, args) => caller.call(method, args), listen);
  return { room, fail: (error) => caller.fail(error) };
}
