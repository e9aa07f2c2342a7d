import type { RoomView } from "../../client/service.ts";
import { messages } from "../messages/messages.ts";
import { IconButton } from "../parts/button.tsx";
import { useModal } from "../parts/dialog.tsx";
import { DialogVoices } from "../parts/voices.tsx";
import { DeviceSwitches } from "./device_switches.tsx";
import { HostTools } from "./host_tools.tsx";
import { isOver } from "./is_over.ts";
import { People } from "./people.tsx";
import type { RoomModel } from "./room_model.ts";
import { RoomTools } from "./room_tools.tsx";
import type { Tool } from "./tools/tool.ts";
import { useMedia } from "./use_media.ts";

/** As wide as it takes to have the panel beside the timeline; the same figure is in layout.css. */
const WIDE = "(width >= 64rem)";

interface SidePanelProps {
  readonly model: RoomModel;
  readonly view: RoomView;
  /** Whether the sheet is open; on a wide window the panel always is. */
  readonly isOpen: boolean;
  readonly onClose: () => void;
  readonly onTool: (tool: Tool) => void;
}

/** The people in the room, and what can be done with it: beside the timeline, or a sheet above it. */
export function SidePanel(props: SidePanelProps) {
  const isWide = useMedia(WIDE);
  if (isWide) {
    return (
      <aside class="side-panel" aria-label={messages.value.tools.panel}>
        <PanelParts {...props} />
      </aside>
    );
  }
  return props.isOpen ? <Sheet {...props} /> : null;
}

function Sheet(props: SidePanelProps) {
  const t = messages.value;
  return (
    <dialog {...useModal(props.onClose)} class="sheet" tabIndex={-1} aria-label={t.tools.panel}>
      <div class="sheet-inner">
        <div class="sheet-head">
          <span>{t.tools.panel}</span>
          <IconButton icon="close" label={t.common.close} onClick={props.onClose} />
        </div>
        <PanelParts {...props} />
      </div>
      <DialogVoices />
    </dialog>
  );
}

function PanelParts({ model, view, onTool }: SidePanelProps) {
  return (
    <>
      {!isOver(view) && <People view={view} onTool={onTool} />}
      <RoomTools view={view} onTool={onTool} />
      {view.isHost && !isOver(view) && <HostTools model={model} view={view} onTool={onTool} />}
      <DeviceSwitches />
    </>
  );
}
