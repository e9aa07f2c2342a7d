import { effect, signal } from "@preact/signals";
import { chooseLanguage, isLanguage, type Language } from "./messages/language.ts";
import { setLanguage } from "./messages/messages.ts";

/** The colours of the page: the device's, or chosen. */
export const THEMES = ["system", "light", "dark"] as const;
export type Theme = (typeof THEMES)[number];

// The only two things the page itself keeps: neither says anything about rooms or people.
const THEME = "roomkey theme";
const LANGUAGE = "roomkey language";

export const theme = signal<Theme>("system");

/** Follow the stored theme and language; the language is loaded when this is done. */
export async function startSettings(): Promise<void> {
  const storedTheme = read(THEME);
  theme.value = THEMES.find((known) => known === storedTheme) ?? "system";
  effect(showTheme);
  const stored = read(LANGUAGE);
  const wanted = stored && isLanguage(stored) ? stored : chooseLanguage(navigator.languages);
  await setLanguage(wanted).catch(() => setLanguage("en"));
}

function showTheme(): void {
  if (theme.value === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme.value;
}

export function chooseTheme(wanted: Theme): void {
  theme.value = wanted;
  write(THEME, wanted);
}

export async function choosePageLanguage(wanted: Language): Promise<void> {
  await setLanguage(wanted);
  write(LANGUAGE, wanted);
}

export function forgetSettings(): void {
  for (const name of [THEME, LANGUAGE]) {
    try {
      localStorage.removeItem(name);
    } catch {
      // Storage is off: there is nothing to forget.
    }
  }
}

function read(name: string): string | null {
  try {
    return localStorage.getItem(name);
  } catch {
    return null;
  }
}

function write(name: string, value: string): void {
  try {
    localStorage.setItem(name, value);
  } catch {
    // Storage is off or full: the choice holds until the page is closed.
  }
}
