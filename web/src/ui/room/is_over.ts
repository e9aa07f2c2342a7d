import type { RoomView } from "../../client/service.ts";

/** Whether nothing more can happen in a room: this client is out of it, or it was closed. */
export function isOver(view: RoomView): boolean {
  return view.connection.state === "removed" || view.connection.state === "closed";
}
