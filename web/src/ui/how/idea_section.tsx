import { Section } from "./section.tsx";
import { howTexts } from "./texts.ts";
import { Paragraphs } from "./words.tsx";

/** The idea in words and colours, before any number. */
export function IdeaSection() {
  const t = howTexts.value.frame;
  return (
    <Section id="idea" title={t.idea.title}>
      <Paragraphs of={t.idea.paragraphs} />
      <MixingPicture />
    </Section>
  );
}

/** Rows of the picture: who holds which paint at what height. */
function MixingPicture() {
  const t = howTexts.value.frame;
  const { idea, people } = t;
  const rows = [
    { y: 70, a: "yellow", b: "yellow", label: idea.open },
    { y: 140, a: "blue", b: "red", label: idea.own },
    { y: 210, a: "green", b: "orange", label: idea.mixture },
    { y: 300, a: "shared", b: "shared", label: idea.both },
  ] as const;
  return (
    <svg class="how-paint" viewBox="0 0 440 345" role="img" aria-label={idea.picture}>
      <text class="how-paint-name" x="80" y="24">
        {people.a}
      </text>
      <text class="how-paint-name" x="360" y="24">
        {people.b}
      </text>
      <path class="how-paint-line" d="M80 92v26M360 92v26M80 162v26M360 162v26" />
      <path
        class="how-paint-swap"
        d="M104 218C190 236 250 262 334 290M336 218C250 236 190 262 106 290"
      />
      {rows.map(({ y, a, b, label }) => (
        <g key={y}>
          <circle cx="80" cy={y} r="22" data-paint={a} />
          <circle cx="360" cy={y} r="22" data-paint={b} />
          <text x="220" y={y === 300 ? 320 : y + 5}>
            {label}
          </text>
        </g>
      ))}
    </svg>
  );
}
