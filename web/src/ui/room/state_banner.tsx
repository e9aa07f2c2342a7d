import type { RoomView } from "../../client/service.ts";
import { codeText } from "../messages/error_text.ts";
import { messages } from "../messages/messages.ts";
import { Button } from "../parts/button.tsx";
import { ErrorNotice, Notice } from "../parts/notice.tsx";
import { joinAgain } from "../router.ts";
import { NewKeyNotice } from "./new_key_notice.tsx";
import type { RoomModel } from "./room_model.ts";
import type { Tool } from "./tools/tool.ts";

interface StateBannerProps {
  readonly model: RoomModel;
  readonly view: RoomView;
  readonly onTool: (tool: Tool) => void;
}

/** What keeps the room from being as it should, and what to do about it. */
export function StateBanner({ model, view, onTool }: StateBannerProps) {
  const { state } = view.connection;
  if (state === "removed" || state === "closed") {
    return <OverNotice code={view.code} state={state} onTool={onTool} />;
  }
  // the notice of the new key says the same, and takes it
  const trouble = view.trouble?.code === "room_key_needed" ? undefined : view.trouble;
  const remarks = view.remarks.filter((code) => code !== trouble?.code);
  if (!view.needsRoomKey && !trouble && remarks.length === 0) return null;
  return (
    <div class="banner">
      {trouble && <ErrorNotice error={trouble} />}
      {remarks.map((code) => (
        <RemarkNotice key={code} code={code} model={model} />
      ))}
      {view.needsRoomKey && <NewKeyNotice model={model} />}
    </div>
  );
}

interface RemarkNoticeProps {
  readonly code: string;
  readonly model: RoomModel;
}

/** What was wrong and is over: it stays for who was away, until it is read. */
function RemarkNotice({ code, model }: RemarkNoticeProps) {
  return (
    <ErrorNotice error={codeText(code)}>
      <div class="buttons">
        <Button kind="quiet" onClick={() => void model.attempt(model.room.dismissRemark(code))}>
          {messages.value.tools.banner.read}
        </Button>
      </div>
    </ErrorNotice>
  );
}

interface OverNoticeProps {
  readonly code: string;
  readonly state: "removed" | "closed";
  readonly onTool: (tool: Tool) => void;
}

/** The end of a room for this client: what is left of it, and the ways on. */
function OverNotice({ code, state, onTool }: OverNoticeProps) {
  const t = messages.value.tools;
  return (
    <div class="banner">
      <Notice title={t.banner[state].title} icon={state === "removed" ? "door" : "lock"}>
        <p>{t.banner[state].text}</p>
        <div class="buttons">
          {state === "removed" && (
            <Button onClick={() => joinAgain(code)}>{t.banner.removed.action}</Button>
          )}
          <Button kind="quiet" icon="save" onClick={() => onTool({ kind: "export" })}>
            {t.export.title}
          </Button>
          <Button kind="quiet" icon="trash" onClick={() => onTool({ kind: "forget" })}>
            {t.forget.action}
          </Button>
        </div>
      </Notice>
    </div>
  );
}
