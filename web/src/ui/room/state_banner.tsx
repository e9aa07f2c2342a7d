import type { RoomView } from "../../client/service.ts";
import { ErrorNotice } from "../parts/notice.tsx";
import type { RoomModel } from "./room_model.ts";

interface StateBannerProps {
  readonly model: RoomModel;
  readonly view: RoomView;
  readonly onGone: () => void;
}

/** What keeps the room from being as it should, and what to do about it. */
export function StateBanner({ view }: StateBannerProps) {
  return view.trouble ? <ErrorNotice error={view.trouble} /> : null;
}
