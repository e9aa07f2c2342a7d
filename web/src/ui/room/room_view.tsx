import { useEffect, useState } from "preact/hooks";
import type { OpenRoom } from "../../client/service.ts";
import { messages } from "../messages/messages.ts";
import { Waiting } from "../parts/waiting.tsx";
import { Composer } from "./composer.tsx";
import { dropDraft } from "./draft.ts";
import { EmptyRoom } from "./empty_room.tsx";
import { isOver } from "./is_over.ts";
import { startLive } from "./live.ts";
import { ToolDialog } from "./on_demand.ts";
import { RoomHead } from "./room_head.tsx";
import { RoomModel } from "./room_model.ts";
import { SidePanel } from "./side_panel.tsx";
import { StateBanner } from "./state_banner.tsx";
import { TimelineView } from "./timeline_view.tsx";
import type { Tool } from "./tools/tool.ts";

interface RoomViewProps {
  readonly room: OpenRoom;
  /** The room is no longer one of this device's. */
  readonly onGone: () => void;
}

/** A room: its head, its timeline over the composer, and the panel with its people and tools. */
export function RoomView({ room, onGone: leaveScreen }: RoomViewProps) {
  const [model] = useState(() => new RoomModel(room));
  const [isPanelOpen, setPanelOpen] = useState(false);
  const [tool, setTool] = useState<Tool>();
  useEffect(() => {
    const stops = [startLive(model), model.start()];
    return () => {
      for (const stop of stops) stop();
    };
  }, [model]);
  useEffect(() => {
    if (!tool) keepFocus();
  }, [tool]);
  const onGone = (): void => {
    dropDraft(room.code);
    leaveScreen();
  };

  const view = model.view.value;
  if (view === undefined) return <Waiting>{messages.value.room.opening}</Waiting>;
  const isAlone = view.members.length < 2 && !isOver(view);
  const isEmpty =
    isAlone &&
    !model.timeline.value.items.some((item) => item.kind === "message" || item.what === "joined");
  return (
    <div class="room">
      <RoomHead model={model} view={view} onTool={setTool} onPanel={() => setPanelOpen(true)} />
      <main
        class="room-main"
        id="content"
        tabIndex={-1}
        aria-label={messages.value.room.label(view.title || view.code)}
      >
        <StateBanner model={model} view={view} onTool={setTool} />
        {isEmpty ? (
          <EmptyRoom model={model} view={view} />
        ) : (
          <TimelineView model={model} view={view} />
        )}
        <Composer model={model} view={view} />
      </main>
      <SidePanel
        model={model}
        view={view}
        isOpen={isPanelOpen}
        onClose={() => setPanelOpen(false)}
        onTool={setTool}
      />
      {tool && (
        <ToolDialog
          tool={tool}
          model={model}
          view={view}
          onClose={() => setTool(undefined)}
          onGone={onGone}
        />
      )}
    </div>
  );
}

/** What had the focus before a dialog may be gone with what the dialog did. */
function keepFocus(): void {
  if (document.activeElement !== document.body) return;
  const sheet = document.querySelector<HTMLElement>("dialog[open]");
  (sheet ?? document.getElementById("content"))?.focus();
}
