/** What of a room's screen is fetched when somebody first opens it, all of it in `tools`: reading and writing go without. */

import { onDemand } from "../parts/on_demand.tsx";

export const ToolDialog = onDemand(
  async () => (await import("./tools/tool_dialog.tsx")).ToolDialog,
);

export const Search = onDemand(async () => (await import("./tools/search.tsx")).Search);

export const QrCode = onDemand(async () => (await import("./tools/qr_code.tsx")).QrCode);

export const ReactionPicker = onDemand(
  async () => (await import("./tools/reaction_picker.tsx")).ReactionPicker,
);
