import { useState } from "preact/hooks";
import { TextField } from "../parts/text_field.tsx";
import { Section } from "./section.tsx";
import { BASE, FIELD, ORDER, POINTS, type Point, times } from "./small_curve.ts";
import { howTexts } from "./texts.ts";
import { Paragraphs } from "./words.tsx";

const SIZE = 400;
const EDGE = 12;

/** The same idea with points of a curve in the place of powers. */
export function CurveSection() {
  const t = howTexts.value.curve;
  const [a, setA] = useState("7");
  const [b, setB] = useState("12");
  const [mine, theirs] = [readCount(a), readCount(b)];
  const isWhole = mine !== undefined && theirs !== undefined;
  const error = (count: number | undefined) =>
    count === undefined ? t.outOfRange(String(ORDER - 1)) : undefined;
  return (
    <Section id="curve" title={t.title}>
      <Paragraphs of={t.paragraphs} />
      <div class="how-fields">
        <TextField label={t.a} value={a} isMono error={error(mine)} onInput={setA} />
        <TextField label={t.b} value={b} isMono error={error(theirs)} onInput={setB} />
      </div>
      {isWhole && <Meeting a={mine} b={theirs} />}
      <Paragraphs of={t.after} />
    </Section>
  );
}

function readCount(text: string): number | undefined {
  if (!/^\d{1,4}$/.test(text.trim())) return undefined;
  const count = Number(text);
  return count >= 1 && count < ORDER ? count : undefined;
}

function Meeting({ a, b }: { a: number; b: number }) {
  const t = howTexts.value.curve;
  const [ofA, ofB] = [times(a), times(b)];
  const [secret, secretOfB] = [times(a, ofB), times(b, ofA)];
  return (
    <div class="how-curve">
      <CurvePicture a={a} ofA={ofA} ofB={ofB} secret={secret} />
      <ol class="how-steps">
        {[
          t.base(nameOf(BASE)),
          t.sendsA(String(a), nameOf(ofA)),
          t.sendsB(String(b), nameOf(ofB)),
          t.secretA(nameOf(ofB), String(a), nameOf(secret)),
          t.secretB(nameOf(ofA), String(b), nameOf(secretOfB)),
        ].map((text, at) => (
          <li key={text} class="how-step">
            <span class="how-step-number figures">{at + 1}</span>
            <p>{text}</p>
          </li>
        ))}
      </ol>
    </div>
  );
}

function nameOf(point: Point | undefined): string {
  return point === undefined ? howTexts.value.curve.nowhere : `(${point[0]},\u00a0${point[1]})`;
}

interface PictureProps {
  readonly a: number;
  readonly ofA: Point | undefined;
  readonly ofB: Point | undefined;
  readonly secret: Point | undefined;
}

/** All points of the curve, and the way of the base to Alice's point. */
function CurvePicture({ a, ofA, ofB, secret }: PictureProps) {
  const t = howTexts.value.curve;
  const way = Array.from({ length: a }, (_, done) => times(done + 1)).filter(
    (point) => point !== undefined,
  );
  const marks = [
    ["G", BASE, false],
    ["A", ofA, false],
    ["B", ofB, false],
    ["s", secret, true],
  ] as const;
  return (
    <svg
      class="how-curve-picture"
      viewBox={`0 0 ${SIZE} ${SIZE}`}
      role="img"
      aria-label={t.picture}
    >
      <polyline points={way.map((point) => place(point).join(",")).join(" ")} />
      {POINTS.map((point) => {
        const [x, y] = place(point);
        return <circle key={point.join(" ")} cx={x} cy={y} r="2.5" />;
      })}
      {marks.map(([letter, point, isSecret]) => {
        if (point === undefined) return null;
        const [x, y] = place(point);
        return (
          <g key={letter} class="how-curve-mark" data-secret={isSecret || undefined}>
            <circle cx={x} cy={y} r="6" />
            <text x={x > SIZE - 40 ? x - 16 : x + 10} y={y < 20 ? y + 18 : y - 6}>
              {letter}
            </text>
          </g>
        );
      })}
    </svg>
  );
}

function place([x, y]: Point): readonly [number, number] {
  const step = (SIZE - 2 * EDGE) / (FIELD - 1);
  const round = (at: number) => Math.round(at * 10) / 10;
  return [round(EDGE + x * step), round(SIZE - EDGE - y * step)];
}
