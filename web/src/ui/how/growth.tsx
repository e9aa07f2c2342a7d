import { formatNumber } from "../messages/format.ts";
import type { HowTexts } from "./messages/how_en.ts";
import { howTexts } from "./texts.ts";
import { Words } from "./words.tsx";

const SIZES = [5, 16, 32, 64, 128, 256, 512, 1024, 2048] as const;
const PER_SECOND = 1e9;
const SECONDS_A_YEAR = 31_557_600;
/** In powers of ten of years. */
const AGE_OF_THE_UNIVERSE = 10;
const LOG_OF_TWO = Math.log10(2);

/** How the work of trying grows with the size of p. */
export function Growth() {
  const t = howTexts.value.listening.growth;
  return (
    <div class="how-growth">
      <h3>{t.title}</h3>
      <p>
        <Words>{t.lead}</Words>
      </p>
      <div class="how-scroll">
        <table class="how-table">
          <caption class="visually-hidden">{t.caption}</caption>
          <thead>
            <tr>
              <th scope="col">
                <Words>{t.size}</Words>
              </th>
              <th scope="col">{t.tries}</th>
              <th scope="col">{t.time}</th>
            </tr>
          </thead>
          <tbody>
            {SIZES.map((bits) => (
              <tr key={bits}>
                <th scope="row" class="figures">
                  {t.bits(formatNumber(bits))}
                  <svg
                    class="how-bar"
                    viewBox="0 0 100 4"
                    preserveAspectRatio="none"
                    aria-hidden="true"
                  >
                    <rect width={(bits / 2048) * 100} height="4" />
                  </svg>
                </th>
                <td class="figures">
                  <Words>{triesOf(bits)}</Words>
                </td>
                <td>
                  <Words>{timeOf(bits, t)}</Words>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p class="small soft">
        <Words>{t.times.universe}</Words>
      </p>
      <p>
        <Words>{t.honest}</Words>
      </p>
    </div>
  );
}

function triesOf(bits: number): string {
  return bits <= 32 ? formatNumber(2 ** bits) : `10^${Math.round(bits * LOG_OF_TWO)}`;
}

/** How long 2^bits tries take, in words that somebody can picture. */
export function timeOf(bits: number, t: HowTexts["listening"]["growth"]): string {
  const seconds = 2 ** Math.min(bits, 100) / PER_SECOND;
  const years = seconds / SECONDS_A_YEAR;
  const power = bits * LOG_OF_TWO - Math.log10(PER_SECOND * SECONDS_A_YEAR);
  if (seconds < 0.1) return t.times.instant;
  if (years < 1) return t.times.seconds(formatNumber(Math.round(seconds)));
  if (power < AGE_OF_THE_UNIVERSE) return t.times.years(formatNumber(Math.round(years)));
  return t.times.ages(String(Math.round(power)));
}
