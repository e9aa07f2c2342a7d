import { useState } from "preact/hooks";
import type { SealedMessage } from "../../demo/demo.ts";
import { formatNumber } from "../messages/format.ts";
import { Button } from "../parts/button.tsx";
import { ErrorNotice } from "../parts/notice.tsx";
import { TextField } from "../parts/text_field.tsx";
import { spaced } from "./figures.tsx";
import { Section } from "./section.tsx";
import { howTexts } from "./texts.ts";
import { useAnswer } from "./use_answer.ts";
import { Paragraphs } from "./words.tsx";

/** Below the most that a message may have, and enough for anything one tries out. */
const LONGEST = 4000;

/** What the relay gets of a message, byte for byte. */
export function EnvelopeSection() {
  const t = howTexts.value.envelope;
  const [text, setText] = useState("");
  const [answer, ask] = useAnswer<SealedMessage>();
  const sealed = answer.value;
  return (
    <Section id="relay" title={t.title}>
      <Paragraphs of={t.paragraphs} />
      <form
        class="how-check"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          if (!answer.isBusy) ask((demo) => demo.sealMessage(text.trim() || t.example));
        }}
      >
        <div class="how-check-line">
          <TextField
            label={t.label}
            value={text}
            placeholder={t.example}
            maxLength={LONGEST}
            onInput={setText}
          />
          <div class="how-controls">
            <Button type="submit" isDisabled={answer.isBusy}>
              {t.action}
            </Button>
          </div>
        </div>
      </form>
      <p role="status">{answer.isBusy ? t.busy : sealed && sizesOf(sealed)}</p>
      {answer.error && <ErrorNotice error={answer.error} />}
      {sealed && <Parts sealed={sealed} />}
      <h3>{t.knows.title}</h3>
      <ul class="bullets">
        {t.knows.items.map((item) => (
          <li key={item}>{item}</li>
        ))}
      </ul>
      <p>{t.knows.never}</p>
    </Section>
  );
}

function sizesOf({ textBytes, contentBytes, paddedBytes, sentBytes }: SealedMessage): string {
  const [text = "", content = "", padded = "", sent = ""] = [
    textBytes,
    contentBytes,
    paddedBytes,
    sentBytes,
  ].map((bytes) => formatNumber(bytes));
  return howTexts.value.envelope.sizes(text, content, padded, sent);
}

function Parts({ sealed }: { sealed: SealedMessage }) {
  const t = howTexts.value.envelope;
  return (
    <dl class="how-longs">
      {sealed.parts.map(([part, bytes]) => (
        <div
          key={part}
          class="how-long"
          data-sealed={part === "ciphertext" || part === "sender" || undefined}
        >
          <dt>
            {t.parts[part]} <span class="soft">({t.bytes(formatNumber(bytes.length / 2))})</span>
          </dt>
          <dd>
            <code>{spaced(bytes)}</code>
          </dd>
        </div>
      ))}
    </dl>
  );
}
