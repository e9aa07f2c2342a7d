import type { RoomView } from "../../client/service.ts";
import { formatSpan } from "../messages/format.ts";
import { messages } from "../messages/messages.ts";
import { Button } from "../parts/button.tsx";
import { Waiting } from "../parts/waiting.tsx";
import type { RoomModel } from "./room_model.ts";
import { beginning } from "./rows.ts";

/** What stands above the oldest entry: that older ones are coming, or why there are none. */
export function TimelineEdge({ model, view }: { model: RoomModel; view: RoomView }) {
  const t = messages.value.room.edge;
  const { items, isComplete } = model.timeline.value;
  if (isComplete) {
    const why = beginning(items, view.history);
    return (
      <p class="row-edge">
        {why === "retention" ? t.retention(formatSpan(view.retention)) : t[why]}
      </p>
    );
  }
  if (model.isLoading.value) {
    return (
      <div class="row-edge">
        <Waiting>{t.loading}</Waiting>
      </div>
    );
  }
  const hasFailed = model.hasFailed.value;
  return (
    <div class="row-edge">
      {hasFailed && <span>{t.failed}</span>}
      <Button kind="quiet" onClick={() => void model.loadOlder()}>
        {hasFailed ? t.retry : t.older}
      </Button>
    </div>
  );
}
