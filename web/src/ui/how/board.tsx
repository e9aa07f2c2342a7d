import { howTexts } from "./texts.ts";

type Place = "a" | "wire" | "b";

/** One number on the board: who sees it from which step on, and from where it comes. */
interface Known {
  readonly letter: string;
  readonly value: bigint;
  readonly step: number;
  readonly from?: "a" | "b";
}

interface BoardProps {
  readonly values: Readonly<Record<"p" | "g" | "a" | "b" | "A" | "B" | "s", bigint>>;
  /** How many steps were taken. */
  readonly shown: number;
}

const SECRET = new Set(["a", "b", "s"]);

/** What Alice knows, what went over the wire, what Bob knows. */
export function Board({ values, shown }: BoardProps) {
  const t = howTexts.value;
  const { p, g, a, b, A, B, s } = values;
  const agreed: readonly Known[] = [
    { letter: "p", value: p, step: 1 },
    { letter: "g", value: g, step: 1 },
  ];
  const swapped: readonly Known[] = [
    { letter: "A", value: A, step: 4, from: "a" },
    { letter: "B", value: B, step: 5, from: "b" },
  ];
  const columns: Readonly<Record<Place, readonly Known[]>> = {
    a: [{ letter: "a", value: a, step: 2 }, ...swapped, { letter: "s", value: s, step: 6 }],
    wire: [...agreed, ...swapped],
    b: [{ letter: "b", value: b, step: 3 }, ...swapped, { letter: "s", value: s, step: 7 }],
  };
  const names = { a: t.frame.people.a, wire: t.exchange.board.wire, b: t.frame.people.b };
  return (
    <section class="how-board" aria-label={t.exchange.board.label}>
      {(["a", "wire", "b"] as const).map((place) => (
        <div key={place} class="how-place" data-place={place}>
          <h3>{names[place]}</h3>
          <ul>
            {columns[place].map(({ letter, value, step, from }) => (
              <li
                key={letter}
                class="how-known"
                data-secret={SECRET.has(letter) || undefined}
                data-later={step > shown || undefined}
                data-new={step === shown || undefined}
                data-from={from !== place ? from : undefined}
              >
                <var>{letter}</var> = <span class="figures">{String(value)}</span>
                {SECRET.has(letter) && (
                  <span class="visually-hidden"> ({t.exchange.board.secret})</span>
                )}
              </li>
            ))}
          </ul>
        </div>
      ))}
    </section>
  );
}
