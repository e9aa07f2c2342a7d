import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import type { Evaluation, KeyWalk } from "../../demo/demo.ts";
import { formatNumber } from "../messages/format.ts";
import { Button } from "../parts/button.tsx";
import { ErrorNotice } from "../parts/notice.tsx";
import { TextField } from "../parts/text_field.tsx";
import { inSeconds, LongFigure, spaced } from "./figures.tsx";
import { Section } from "./section.tsx";
import { howTexts } from "./texts.ts";
import { useAnswer } from "./use_answer.ts";
import { Paragraphs } from "./words.tsx";

const SHORTEST = 8;

/** How Roomkey makes a room's keys of a typed room key and a number that only the relay has. */
export function KeySection() {
  const t = howTexts.value.key;
  const [roomKey, setRoomKey] = useState("");
  const [isShort, setShort] = useState(false);
  const [answer, ask] = useAnswer<KeyWalk>();
  return (
    <Section id="key" title={t.title}>
      <Paragraphs of={t.paragraphs} />
      <form
        class="how-check"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          const isTooShort = [...roomKey.trim()].length < SHORTEST;
          setShort(isTooShort);
          if (!isTooShort && !answer.isBusy) ask((demo) => demo.keyWalk(roomKey));
        }}
      >
        <div class="how-check-line key-field">
          <TextField
            label={t.label}
            value={roomKey}
            hint={t.hint}
            error={isShort ? t.tooShort : undefined}
            onInput={(typed) => {
              setRoomKey(typed);
              setShort(false);
            }}
          />
          <div class="how-controls">
            <Button type="submit" kind="brass" isDisabled={answer.isBusy}>
              {t.action}
            </Button>
          </div>
        </div>
      </form>
      <p role="status">{answer.isBusy ? t.busy : answer.value && t.done}</p>
      {answer.error && <ErrorNotice error={answer.error} />}
      {answer.value && <Walk walk={answer.value} />}
      <h3>{t.limits.title}</h3>
      <Paragraphs of={t.limits.paragraphs} />
    </Section>
  );
}

function Walk({ walk }: { walk: KeyWalk }) {
  const t = howTexts.value.key;
  const { first, again, other, root, milliseconds } = walk;
  return (
    <ol class="how-steps how-key-steps">
      <KeyStep number={1} title={t.steps.blind.title} text={t.steps.blind.text}>
        <LongFigure label={t.sent} value={spaced(first.blinded)} />
      </KeyStep>
      <KeyStep number={2} title={t.steps.evaluate.title} text={t.steps.evaluate.text}>
        <LongFigure label={t.returned} value={spaced(first.evaluated)} />
      </KeyStep>
      <KeyStep number={3} title={t.steps.unblind.title} text={t.steps.unblind.text}>
        <LongFigure label={t.output} value={spaced(first.output)} isSecret />
      </KeyStep>
      <KeyStep number={4} title={t.steps.again.title} text={t.steps.again.text}>
        <Compared one={again} />
      </KeyStep>
      <KeyStep number={5} title={t.steps.other.title} text={t.steps.other.text}>
        <Compared one={other} />
      </KeyStep>
      <KeyStep
        number={6}
        title={t.steps.stretch.title}
        text={t.steps.stretch.text(formatNumber(inSeconds(milliseconds)))}
      >
        <LongFigure label={t.root} value={spaced(root)} isSecret />
      </KeyStep>
    </ol>
  );
}

function Compared({ one }: { one: Evaluation }) {
  const t = howTexts.value.key;
  return (
    <>
      <LongFigure label={t.sent} value={spaced(one.blinded)} />
      <LongFigure label={t.output} value={spaced(one.output)} isSecret />
    </>
  );
}

function KeyStep(props: {
  number: number;
  title: string;
  text: string;
  children: ComponentChildren;
}) {
  return (
    <li class="how-step">
      <span class="how-step-number figures">{props.number}</span>
      <div class="how-key-step">
        <h3>{props.title}</h3>
        <p>{props.text}</p>
        <dl class="how-longs">{props.children}</dl>
      </div>
    </li>
  );
}
