import { useEffect, useRef } from "preact/hooks";
import type { JoinStep } from "../../client/service.ts";
import { messages } from "../messages/messages.ts";
import { NOTCHES } from "./key_blade_shape.ts";

const STEPS: readonly JoinStep[] = ["connecting", "asking", "stretching", "checking", "entering"];

/** How many notches of the room's key are cut at a step: none at the first, all at the last. */
export function notchesAt(step: JoinStep): number {
  return Math.round((STEPS.indexOf(step) * NOTCHES) / (STEPS.length - 1));
}

/** Coming into a room, in words. */
export function ProgressSteps({ label, step }: { label: string; step: JoinStep }) {
  const t = messages.value.join;
  const now = STEPS.indexOf(step);
  const place = useRef<HTMLDivElement>(null);
  // The form that had the focus is gone.
  useEffect(() => place.current?.focus(), []);
  return (
    <div class="progress" ref={place} tabIndex={-1}>
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
