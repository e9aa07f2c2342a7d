/** One room on its screen, in memory, for tests of its parts. */
import { cleanup, render, waitFor } from "@testing-library/preact";
import { FakeRoom } from "../../../src/ui/dev/fake_room.ts";
import { type FakeRoomPlan, PLAIN } from "../../../src/ui/dev/fake_rooms.ts";
import { Composer } from "../../../src/ui/room/composer.tsx";
import { dropDraft } from "../../../src/ui/room/draft.ts";
import { ReactionPicker } from "../../../src/ui/room/on_demand.ts";
import { RoomModel } from "../../../src/ui/room/room_model.ts";
import { TimelineView } from "../../../src/ui/room/timeline_view.tsx";
import "../popovers.ts";

// what is fetched when it is first shown is there already
await ReactionPicker.load();

export interface RoomPage {
  readonly room: FakeRoom;
  readonly model: RoomModel;
}

function Page({ model }: { model: RoomModel }) {
  const view = model.view.value;
  if (view === undefined) return null;
  return (
    <>
      <TimelineView model={model} view={view} />
      <Composer model={model} view={view} />
    </>
  );
}

/** Show the timeline and the composer of a room that is as `changes` say. */
export async function showRoom(changes: Partial<FakeRoomPlan> = {}): Promise<RoomPage> {
  cleanup();
  dropDraft(PLAIN.code);
  const room = new FakeRoom({ ...PLAIN, members: 3, messages: 6, ...changes }, "Ada", 1);
  const model = new RoomModel(room);
  render(<Page model={model} />);
  model.start();
  await waitFor(() => {
    if (document.querySelector(".timeline-rows") === null) throw new Error("not shown yet");
  });
  return { room, model };
}
