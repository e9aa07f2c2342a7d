import { useEffect, useState } from "preact/hooks";
import type { Exchange } from "../../dh/exchange.ts";
import { steps } from "../../dh/steps.ts";
import { Button } from "../parts/button.tsx";
import { Board } from "./board.tsx";
import { NumberFields } from "./number_fields.tsx";
import { Section } from "./section.tsx";
import { isStill } from "./stillness.ts";
import { howTexts } from "./texts.ts";
import { toy } from "./toy.ts";
import { Paragraphs, Words } from "./words.tsx";
import { workedOut } from "./worked_out.ts";

const STEPS = 7;
/** Long enough to read a step. */
const PACE_MS = 3500;

/** The exchange with small numbers, step by step. */
export function StepsSection() {
  const t = howTexts.value.exchange;
  const { exchange } = toy.value;
  return (
    <Section id="steps" title={t.title}>
      <Paragraphs of={t.paragraphs} />
      <NumberFields />
      {exchange ? <Walk exchange={exchange} /> : <p class="how-unusable">{t.unusable}</p>}
      {exchange && (
        <p>
          <Words>{t.why}</Words>
        </p>
      )}
    </Section>
  );
}

/** How far the exchange is shown, and the ways on. */
interface Pace {
  readonly shown: number;
  readonly isPlaying: boolean;
  readonly go: (step: number) => void;
  readonly play: () => void;
}

function usePace(): Pace {
  const [shown, setShown] = useState(isStill() ? STEPS : 1);
  const [isPlaying, setPlaying] = useState(false);
  useEffect(() => {
    if (!isPlaying) return;
    if (shown === STEPS) return setPlaying(false);
    const timer = setTimeout(() => setShown(shown + 1), PACE_MS);
    return () => clearTimeout(timer);
  }, [isPlaying, shown]);

  const go = (step: number): void => {
    setPlaying(false);
    setShown(Math.min(STEPS, Math.max(1, step)));
  };
  const play = (): void => {
    if (shown === STEPS) setShown(1);
    setPlaying(!isPlaying);
  };
  return { shown, isPlaying, go, play };
}

function Walk({ exchange }: { exchange: Exchange }) {
  const t = howTexts.value.exchange;
  const pace = usePace();
  const { shown } = pace;
  const { group, a, b, publicA, publicB, secret } = exchange;
  const values = { p: group.p, g: group.g, a, b, A: publicA, B: publicB, s: secret };
  const { p, g, A, B, s } = values;
  const told = {
    p: String(p),
    g: String(g),
    a: String(a),
    b: String(b),
    A: String(A),
    B: String(B),
    s: String(s),
  };
  return (
    <div class="how-walk">
      <Board values={values} shown={shown} />
      <Player pace={pace} />
      <ol class="how-steps" aria-live="polite">
        {steps(exchange).map(({ number, who, working }) => (
          <li
            key={number}
            class="how-step"
            data-who={who}
            data-later={number > shown || undefined}
            data-now={number === shown || undefined}
          >
            <span class="how-step-number figures">{number}</span>
            <p>
              <Words>{t.steps[number - 1]?.(told) ?? ""}</Words>
            </p>
            {working && (
              <p class="how-sum figures">
                <Words>{workedOut(working)}</Words>
              </p>
            )}
          </li>
        ))}
      </ol>
      <p class="how-result" data-later={shown < STEPS || undefined}>
        {t.result(told.s)}
      </p>
    </div>
  );
}

function Player({ pace: { shown, isPlaying, go, play } }: { pace: Pace }) {
  const t = howTexts.value.exchange;
  return (
    <div class="how-controls how-player">
      {!isStill() && (
        <Button kind="primary" onClick={play}>
          {isPlaying ? t.controls.pause : t.controls.play}
        </Button>
      )}
      <Button isDisabled={shown === 1} onClick={() => go(shown - 1)}>
        {t.controls.previous}
      </Button>
      <Button isDisabled={shown === STEPS} onClick={() => go(shown + 1)}>
        {t.controls.next}
      </Button>
      <Button kind="quiet" onClick={() => go(shown === STEPS ? 1 : STEPS)}>
        {shown === STEPS ? t.controls.restart : t.controls.all}
      </Button>
      <span class="small soft figures">{t.stepOf(shown, STEPS)}</span>
    </div>
  );
}
