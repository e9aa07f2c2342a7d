import type { JoinStep } from "../../client/service.ts";
import { messages } from "../messages/messages.ts";
import { KeyBlade } from "./key_blade.tsx";
import { NOTCHES } from "./key_blade_shape.ts";

const STEPS: readonly JoinStep[] = ["connecting", "asking", "stretching", "checking", "entering"];

interface ProgressStepsProps {
  readonly label: string;
  readonly step: JoinStep;
  /** The room code, if it is known already; the key is cut as the steps go. */
  readonly code?: string | undefined;
}

/** Coming into a room, in words, while the room's key is cut notch by notch. */
export function ProgressSteps({ label, step, code }: ProgressStepsProps) {
  const t = messages.value.join;
  const now = STEPS.indexOf(step);
  return (
    <div class="progress">
      <KeyBlade code={code} cut={Math.round((now * NOTCHES) / (STEPS.length - 1))} />
      <ol class="steps" aria-label={label}>
        {STEPS.map((name, place) => (
          <li
            key={name}
            class="step"
            data-state={place < now ? "done" : place === now ? "now" : "next"}
            aria-current={place === now ? "step" : undefined}
          >
            <span class="step-mark" aria-hidden="true" />
            <span>
              {t.steps[name]}
              {name === "stretching" && place === now && (
                <span class="step-note">{t.stretchingNote}</span>
              )}
            </span>
          </li>
        ))}
      </ol>
      <p class="visually-hidden" role="status">
        {t.steps[step]}
      </p>
    </div>
  );
}
