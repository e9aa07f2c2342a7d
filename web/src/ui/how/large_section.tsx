import type { LargeExchange } from "../../demo/demo.ts";
import { formatNumber } from "../messages/format.ts";
import { Button } from "../parts/button.tsx";
import { ErrorNotice } from "../parts/notice.tsx";
import { inSeconds, LongFigure } from "./figures.tsx";
import { Section } from "./section.tsx";
import { howTexts } from "./texts.ts";
import { useAnswer } from "./use_answer.ts";
import { Paragraphs } from "./words.tsx";

/** The same seven steps with numbers of 617 digits. */
export function LargeSection() {
  const t = howTexts.value.large;
  const [answer, ask] = useAnswer<LargeExchange>();
  const done = answer.value;
  return (
    <Section id="large" title={t.title}>
      <Paragraphs of={t.paragraphs} />
      <div class="how-controls">
        <Button
          kind={done ? "plain" : "primary"}
          isDisabled={answer.isBusy}
          onClick={() => ask((demo) => demo.largeExchange())}
        >
          {done ? t.again : t.action}
        </Button>
      </div>
      <div role="status" class="how-answer">
        {answer.isBusy && <p>{t.busy}</p>}
        {done && <p class="how-result">{resultOf(done)}</p>}
      </div>
      {answer.error && <ErrorNotice error={answer.error} />}
      {done && (
        <dl class="how-longs">
          <LongFigure label={t.labels.p} value={done.p} />
          <LongFigure label={t.labels.g} value={done.g} />
          <LongFigure label={t.labels.a} value={done.a} isSecret />
          <LongFigure label={t.labels.b} value={done.b} isSecret />
          <LongFigure label={t.labels.A} value={done.publicA} />
          <LongFigure label={t.labels.B} value={done.publicB} />
          <LongFigure label={t.labels.sA} value={done.secretOfA} isSecret />
          <LongFigure label={t.labels.sB} value={done.secretOfB} isSecret />
        </dl>
      )}
    </Section>
  );
}

function resultOf({ secretOfA, secretOfB, p, milliseconds }: LargeExchange): string {
  const t = howTexts.value.large;
  if (secretOfA !== secretOfB) return t.different;
  return t.result(formatNumber(p.length), formatNumber(inSeconds(milliseconds)));
}
