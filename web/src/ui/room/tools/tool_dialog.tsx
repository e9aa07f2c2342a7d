import type { RoomView } from "../../../client/service.ts";
import { InviteDialog } from "../invite.tsx";
import type { RoomModel } from "../room_model.ts";
import { ChangeKeyDialog } from "./change_key_dialog.tsx";
import { CloseDialog } from "./close_dialog.tsx";
import { ExportDialog } from "./export_dialog.tsx";
import { ForgetDialog, LeaveDialog } from "./going_dialogs.tsx";
import { NameHostDialog } from "./name_host_dialog.tsx";
import { RemoveDialog } from "./remove_dialog.tsx";
import { RulesDialog } from "./rules_dialog.tsx";
import { SafetyCodeDialog } from "./safety_code_dialog.tsx";
import type { Tool } from "./tool.ts";

interface ToolDialogProps {
  readonly tool: Tool;
  readonly model: RoomModel;
  readonly view: RoomView;
  readonly onClose: () => void;
  readonly onGone: () => void;
}

/** The dialog of a tool. */
export function ToolDialog({ tool, ...props }: ToolDialogProps) {
  switch (tool.kind) {
    case "invite":
      return <InviteDialog {...props} />;
    case "safety-code":
      return <SafetyCodeDialog {...props} />;
    case "export":
      return <ExportDialog {...props} />;
    case "rules":
      return <RulesDialog {...props} />;
    case "change-key":
      return <ChangeKeyDialog {...props} />;
    case "close":
      return <CloseDialog {...props} />;
    case "leave":
      return <LeaveDialog {...props} />;
    case "forget":
      return <ForgetDialog {...props} />;
    case "remove":
      return <RemoveDialog {...props} member={tool.member} />;
    case "name-host":
      return <NameHostDialog {...props} member={tool.member} />;
  }
}
