import { useEffect, useRef, useState } from "preact/hooks";
import { findPrivateKey, isWithinReach, powers } from "../../dh/eavesdropper.ts";
import type { Exchange } from "../../dh/exchange.ts";
import { power } from "../../dh/primes.ts";
import { formatNumber } from "../messages/format.ts";
import { Button } from "../parts/button.tsx";
import { Growth } from "./growth.tsx";
import { Section } from "./section.tsx";
import { isStill } from "./stillness.ts";
import { howTexts } from "./texts.ts";
import { toy } from "./toy.ts";
import { Words } from "./words.tsx";

const ROWS = ["p", "g", "A", "B", "a", "b", "s"] as const;
const SECRET = new Set<string>(["a", "b", "s"]);
/** As many tries are shown one by one. */
const SHOWN = 40;
const PACE_MS = 300;

/** What somebody has who hears everything, and how far trying takes her. */
export function EavesdropperSection() {
  const t = howTexts.value.listening;
  const { exchange } = toy.value;
  return (
    <Section id="eve" title={t.title}>
      <p>{t.lead}</p>
      {exchange ? (
        <>
          <KnownTable exchange={exchange} />
          <Breaking
            key={[exchange.group.p, exchange.group.g, exchange.a, exchange.b].join(" ")}
            exchange={exchange}
          />
        </>
      ) : (
        <p class="how-unusable">{howTexts.value.exchange.unusable}</p>
      )}
      <Growth />
    </Section>
  );
}

function KnownTable({ exchange }: { exchange: Exchange }) {
  const t = howTexts.value;
  const { rows, yes, no, ...heads } = t.listening.table;
  const { group, a, b, publicA, publicB, secret } = exchange;
  const values = { p: group.p, g: group.g, A: publicA, B: publicB, a, b, s: secret };
  const knows = (who: "a" | "b", letter: string) =>
    !SECRET.has(letter) || letter === "s" || letter === who;
  const cell = (isKnown: boolean) => <td data-known={isKnown}>{isKnown ? yes : no}</td>;
  return (
    <div class="how-scroll">
      <table class="how-table">
        <caption class="visually-hidden">{heads.caption}</caption>
        <thead>
          <tr>
            <th scope="col">{heads.number}</th>
            <th scope="col">{t.frame.people.a}</th>
            <th scope="col">{heads.eve}</th>
            <th scope="col">{t.frame.people.b}</th>
          </tr>
        </thead>
        <tbody>
          {ROWS.map((letter) => (
            <tr key={letter}>
              <th scope="row">
                <var>{letter}</var> = <span class="figures">{String(values[letter])}</span>
                <span class="soft small how-row-note">{rows[letter]}</span>
              </th>
              {cell(knows("a", letter))}
              {cell(!SECRET.has(letter))}
              {cell(knows("b", letter))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Breaking({ exchange }: { exchange: Exchange }) {
  const t = howTexts.value.listening;
  const { group, publicA } = exchange;
  const [tried, setTried] = useState(0);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  const task = (
    <p>
      <Words>{t.task(String(group.g), String(publicA), String(group.p))}</Words>
    </p>
  );
  if (!isWithinReach(group)) {
    const order = group.order ?? group.p - 1n;
    return (
      <>
        {task}
        <p class="how-unusable">
          <Words>{t.tooMany(formatNumber(Number(order)))}</Words>
        </p>
      </>
    );
  }
  const found = tried > 0 ? findFirst(exchange) : undefined;
  const goal = Number(found ?? 0n);

  const go = (): void => {
    clearTimeout(timer.current);
    const last = Number(findFirst(exchange));
    const step = (count: number): void => {
      setTried(count);
      if (count < last) timer.current = setTimeout(() => step(count + 1), PACE_MS);
    };
    if (isStill() || last > SHOWN) setTried(last);
    else step(1);
  };
  return (
    <div class="how-breaking">
      {task}
      <div class="how-controls">
        <Button kind="alarm" onClick={go}>
          {tried === 0 ? t.action : t.again}
        </Button>
      </div>
      {tried > 0 && <Strip exchange={exchange} tried={tried} />}
      <div role="status">
        {found !== undefined && tried >= goal && <Found exchange={exchange} found={found} />}
      </div>
    </div>
  );
}

/** The tries so far, one by one as far as they can be read. */
function Strip({ exchange, tried }: { exchange: Exchange; tried: number }) {
  const t = howTexts.value.listening;
  const { group, publicA, publicB } = exchange;
  const tries = [...strip(exchange, tried)];
  return (
    <ol class="how-strip">
      {tries.map(([exponent, value]) => (
        <li
          key={exponent}
          data-hit={value === publicA || undefined}
          title={value === publicA ? t.marked.A : value === publicB ? t.marked.B : undefined}
        >
          <span class="soft">
            {String(group.g)}
            <sup>{String(exponent)}</sup>
          </span>
          <strong class="figures">{String(value)}</strong>
        </li>
      ))}
      {tried > tries.length && (
        <li class="how-strip-more soft">{t.left(formatNumber(tried - tries.length))}</li>
      )}
    </ol>
  );
}

/** What the listener has once an exponent was found: the secret, whichever exponent it is. */
function Found({ exchange, found }: { exchange: Exchange; found: bigint }) {
  const t = howTexts.value.listening;
  const { group, a, publicB } = exchange;
  const secret = power(publicB, found, group.p);
  return (
    <div class="how-found">
      <p>
        <Words>{t.found(String(found), formatNumber(Number(found)), String(secret))}</Words>
      </p>
      {found !== a && (
        <p>
          <Words>{t.sameEffect(String(found), String(a))}</Words>
        </p>
      )}
    </div>
  );
}

let last: { readonly exchange: Exchange; readonly found: bigint } | undefined;

/** The exponent that trying finds; remembered, as it is asked for with every try that is shown. */
function findFirst(exchange: Exchange): bigint {
  if (last?.exchange !== exchange) {
    last = { exchange, found: findPrivateKey(exchange.group, exchange.publicA) };
  }
  return last.found;
}

function* strip(exchange: Exchange, tried: number): Generator<readonly [bigint, bigint]> {
  for (const one of powers(exchange.group)) {
    if (one[0] > BigInt(Math.min(tried, SHOWN))) return;
    yield one;
  }
}
