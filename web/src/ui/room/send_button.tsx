import { messages } from "../messages/messages.ts";
import { Icon } from "../parts/icon.tsx";

interface SendButtonProps {
  readonly isSaving: boolean;
  readonly isDisabled: boolean;
}

/** Sends what was written; while a message is edited it saves it. */
export function SendButton({ isSaving, isDisabled }: SendButtonProps) {
  const t = messages.value.room.composer;
  const label = isSaving ? t.save : t.send;
  return (
    <button
      type="submit"
      class="composer-send"
      aria-label={label}
      title={label}
      aria-disabled={isDisabled || undefined}
    >
      <Icon name={isSaving ? "check" : "send"} />
    </button>
  );
}
