import { language } from "./language.ts";

type Forms = Partial<Record<Intl.LDMLPluralRule, string>> & { readonly other: string };

/** A chooser of plural forms in one language; `#` in a form becomes the number. */
export function pluralIn(locale: string): (count: number, forms: Forms) => string {
  const rules = new Intl.PluralRules(locale);
  const numbers = new Intl.NumberFormat(locale);
  return (count, forms) =>
    (forms[rules.select(count)] ?? forms.other).replace("#", numbers.format(count));
}

const made = new Map<string, unknown>();

function once<T>(name: string, make: (locale: string) => T): T {
  const locale = regionalLocale();
  const key = `${locale} ${name}`;
  const format = (made.get(key) as T | undefined) ?? make(locale);
  made.set(key, format);
  return format;
}

/** The page's language as the person's region writes dates and times, if the browser tells. */
function regionalLocale(): string {
  const wanted = language.value;
  return navigator.languages.find((tag) => tag.split("-")[0] === wanted) ?? wanted;
}

export function formatNumber(value: number): string {
  return once("number", (locale) => new Intl.NumberFormat(locale)).format(value);
}

/** Hours and minutes of a time in milliseconds since 1970. */
export function formatTime(time: number): string {
  return once(
    "time",
    (locale) => new Intl.DateTimeFormat(locale, { hour: "2-digit", minute: "2-digit" }),
  ).format(time);
}

/** Date and time in full, for titles and for screen readers. */
export function formatMoment(time: number): string {
  return once(
    "moment",
    (locale) => new Intl.DateTimeFormat(locale, { dateStyle: "full", timeStyle: "medium" }),
  ).format(time);
}

/** A day by its distance from `now`: today, yesterday, a weekday with its date. */
export function formatDay(time: number, now: number): string {
  const days = daysBetween(time, now);
  if (days >= -1 && days <= 0) {
    return capitalized(
      once("day", (locale) => new Intl.RelativeTimeFormat(locale, { numeric: "auto" })).format(
        days,
        "day",
      ),
    );
  }
  const sameYear = new Date(time).getFullYear() === new Date(now).getFullYear();
  return once(sameYear ? "date" : "date of a year", (locale) => {
    const format = { weekday: "long", day: "numeric", month: "long" } as const;
    return new Intl.DateTimeFormat(locale, sameYear ? format : { ...format, year: "numeric" });
  }).format(time);
}

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** How long ago or how far ahead a time is: "3 minutes ago", "yesterday", "in 2 hours". */
export function formatRelative(time: number, now: number): string {
  const format = once(
    "relative",
    (locale) => new Intl.RelativeTimeFormat(locale, { numeric: "auto" }),
  );
  const seconds = (time - now) / 1000;
  const size = Math.abs(seconds);
  if (size < MINUTE) return format.format(0, "second");
  if (size < HOUR) return format.format(Math.trunc(seconds / MINUTE), "minute");
  if (size < DAY && daysBetween(time, now) === 0)
    return format.format(Math.trunc(seconds / HOUR), "hour");
  if (size < 30 * DAY) return format.format(daysBetween(time, now), "day");
  return once(
    "long ago",
    (locale) => new Intl.DateTimeFormat(locale, { dateStyle: "medium" }),
  ).format(time);
}

/** A span of seconds in its largest whole unit: "1 hour", "7 days". */
export function formatSpan(seconds: number): string {
  const [unit, size] =
    seconds % DAY === 0
      ? (["day", DAY] as const)
      : seconds % HOUR === 0
        ? (["hour", HOUR] as const)
        : seconds % MINUTE === 0
          ? (["minute", MINUTE] as const)
          : (["second", 1] as const);
  return once(
    `span ${unit}`,
    (locale) => new Intl.NumberFormat(locale, { style: "unit", unit, unitDisplay: "long" }),
  ).format(seconds / size);
}

/** What is left of a span of seconds, short and in one unit: "40 sec", "12 min", "3 hr". */
export function formatRemaining(seconds: number): string {
  const [unit, size] =
    seconds <= MINUTE
      ? (["second", 1] as const)
      : seconds <= HOUR
        ? (["minute", MINUTE] as const)
        : seconds <= DAY
          ? (["hour", HOUR] as const)
          : (["day", DAY] as const);
  return once(
    `remaining ${unit}`,
    (locale) => new Intl.NumberFormat(locale, { style: "unit", unit, unitDisplay: "short" }),
  ).format(Math.ceil(seconds / size));
}

/** Whole calendar days from `now` to `time`, in the person's time zone. */
function daysBetween(time: number, now: number): number {
  return Math.round((startOfDay(time) - startOfDay(now)) / (DAY * 1000));
}

function startOfDay(time: number): number {
  return new Date(time).setHours(0, 0, 0, 0);
}

function capitalized(text: string): string {
  return text.slice(0, 1).toLocaleUpperCase(language.value) + text.slice(1);
}
