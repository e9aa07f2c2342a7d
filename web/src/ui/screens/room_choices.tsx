import type { NewRoomWish } from "../../client/service.ts";
import { formatSpan } from "../messages/format.ts";
import { messages } from "../messages/messages.ts";
import { Choice } from "../parts/choice.tsx";
import { Disclosure } from "../parts/disclosure.tsx";
import { TextField } from "../parts/text_field.tsx";

type Choices = Pick<NewRoomWish, "title" | "history" | "retention" | "size">;

const HOUR = 3600;
const DAY = 24 * HOUR;

/** How long a room may keep messages, in seconds. */
export const RETENTIONS: readonly number[] = [HOUR, DAY, 7 * DAY, 30 * DAY, 90 * DAY];

export const PLAIN_CHOICES: Choices = {
  title: "",
  history: "shared",
  retention: 7 * DAY,
  size: "hybrid",
};

export const MAX_TITLE_CHARACTERS = 64;

interface RoomChoicesProps {
  readonly choices: Choices;
  readonly onChange: (choices: Choices) => void;
}

/** What can be chosen for a new room and need not be. */
export function RoomChoices({ choices, onChange }: RoomChoicesProps) {
  const t = messages.value.home.choices;
  return (
    <Disclosure summary={t.open}>
      <TextField
        label={t.title}
        hint={t.titleHint}
        value={choices.title}
        maxLength={MAX_TITLE_CHARACTERS}
        onInput={(title) => onChange({ ...choices, title })}
      />
      <Choice
        label={t.history}
        value={choices.history}
        hint={t.historyHints[choices.history]}
        options={(["shared", "strict"] as const).map((value) => ({
          value,
          label: t.histories[value],
        }))}
        onChange={(history) => onChange({ ...choices, history })}
      />
      <Choice
        label={t.retention}
        value={choices.retention}
        hint={t.retentionHint}
        options={RETENTIONS.map((value) => ({ value, label: formatSpan(value) }))}
        onChange={(retention) => onChange({ ...choices, retention })}
      />
      <Choice
        label={t.size}
        value={choices.size}
        hint={t.sizeHints[choices.size]}
        options={(["hybrid", "large"] as const).map((value) => ({
          value,
          label: t.sizes[value],
        }))}
        onChange={(size) => onChange({ ...choices, size })}
      />
    </Disclosure>
  );
}
