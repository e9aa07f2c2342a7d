import type { ComponentChildren } from "preact";
import { messages } from "../../messages/messages.ts";
import { Button } from "../../parts/button.tsx";
import { ErrorNotice } from "../../parts/notice.tsx";
import { Waiting } from "../../parts/waiting.tsx";
import type { RoomModel } from "../room_model.ts";
import type { Deed } from "../use_deed.ts";

interface DeedFormProps {
  readonly deed: Deed;
  readonly children: ComponentChildren;
  /** What the button says: the deed, never "OK". */
  readonly action: string;
  readonly isAlarm?: boolean;
  readonly isDisabled?: boolean;
  /** The room that has to accept the deed, which takes until it is online. */
  readonly waitsFor?: RoomModel;
  readonly onSubmit: () => void;
  readonly onCancel: () => void;
}

/** The inside of a dialog that does something: what it needs, whether it went wrong, and the deed. */
export function DeedForm(props: DeedFormProps) {
  const { deed, isAlarm = false, isDisabled = false } = props;
  const t = messages.value.tools;
  const isOffline = props.waitsFor?.view.value?.connection.state === "offline";
  return (
    <form
      class="form"
      noValidate
      autocomplete="off"
      onSubmit={(event) => {
        event.preventDefault();
        if (!deed.isBusy && !isDisabled) props.onSubmit();
      }}
    >
      {props.children}
      {deed.error && <ErrorNotice error={deed.error} />}
      <div class="dialog-actions">
        {deed.isBusy && <Waiting>{isOffline ? t.busyOffline : t.busy}</Waiting>}
        <Button onClick={props.onCancel}>{messages.value.common.cancel}</Button>
        <Button
          kind={isAlarm ? "alarm" : "primary"}
          type="submit"
          isDisabled={deed.isBusy || isDisabled}
        >
          {props.action}
        </Button>
      </div>
    </form>
  );
}
