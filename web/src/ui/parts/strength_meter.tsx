import type { Strength } from "../../client/service.ts";
import { messages } from "../messages/messages.ts";

const MARKS = [0, 1, 2, 3] as const;

/** How hard a room key is to guess for the server's operator, in four marks and in words. */
export function StrengthMeter({ strength }: { strength: Strength | undefined }) {
  if (!strength) return null;
  const t = messages.value.home.key;
  const marks = Math.max(1, strength.score);
  return (
    <p class="strength" data-weak={strength.score < 2 || undefined}>
      <span class="strength-marks" aria-hidden="true">
        {MARKS.map((mark) => (
          <i key={mark} data-on={mark < marks || undefined} />
        ))}
      </span>
      <span>
        <span class="visually-hidden">{t.strength}: </span>
        {t.strengths[strength.score]}
      </span>
    </p>
  );
}
