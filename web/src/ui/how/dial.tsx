import { powers } from "../../dh/eavesdropper.ts";
import type { Group } from "../../dh/group.ts";
import { howTexts } from "./texts.ts";

const SIZE = 320;
const RADIUS = 128;

/** The numbers from 1 to p - 1 around a circle, and the way that the powers of g take through them. */
export function Dial({ group }: { group: Group }) {
  const t = howTexts.value.powers;
  const all = Number(group.p) - 1;
  const path = [1n, ...[...powers(group)].map(([, value]) => value)];
  const reached = new Set(path);
  const words = [String(group.g), String(group.p), String(reached.size)] as const;
  return (
    <figure class="how-dial">
      <svg viewBox={`0 0 ${SIZE} ${SIZE}`} role="img" aria-label={t.dial(...words)}>
        <polyline
          class="how-dial-way"
          pathLength="1"
          points={path.map((value) => place(value, all, RADIUS).join(",")).join(" ")}
        />
        {Array.from({ length: all }, (_, at) => BigInt(at + 1)).map((value) => {
          const [x, y] = place(value, all, RADIUS);
          const [textX, textY] = place(value, all, RADIUS + 17);
          return (
            <g key={value} data-reached={reached.has(value) || undefined}>
              <circle cx={x} cy={y} r={all > 40 ? 2.5 : 4} />
              <text x={textX} y={textY}>
                {String(value)}
              </text>
            </g>
          );
        })}
      </svg>
      <figcaption>{t.under(words[0], words[2], String(all))}</figcaption>
    </figure>
  );
}

/** Where a number stands: 1 is at the top, the others follow clockwise. */
function place(value: bigint, all: number, radius: number): readonly [number, number] {
  const angle = ((Number(value) - 1) / all) * 2 * Math.PI;
  const round = (at: number) => Math.round(at * 10) / 10;
  return [round(SIZE / 2 + radius * Math.sin(angle)), round(SIZE / 2 - radius * Math.cos(angle))];
}
