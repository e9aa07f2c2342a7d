import { effect, signal } from "@preact/signals";
import { chooseLanguage, isLanguage, type Language } from "./messages/language.ts";
import { setLanguage } from "./messages/messages.ts";

/** The colours of the page: the device's, or chosen. */
export const THEMES = ["system", "light", "dark"] as const;
export type Theme = (typeof THEMES)[number];

// The only things the page itself keeps: none says anything about rooms or people.
const THEME = "roomkey theme";
const LANGUAGE = "roomkey language";
const NOTIFYING = "roomkey notifications";
const SOUND = "roomkey sound";
const SIGNALS = "roomkey signals";
const ENTER = "roomkey enter";

export const theme = signal<Theme>("system");

/** Whether the device tells of new messages while the page is out of sight. */
export const isNotifying = signal(false);
/** Whether a new message is heard. */
export const hasSound = signal(false);
/** Whether others see that one is here and typing. */
export const hasSignals = signal(true);
/** Whether Enter sends; on touch keyboards it begins a new line unless that was chosen. */
export const doesEnterSend = signal(true);

/** Follow the stored theme and language; the language is loaded when this is done. */
export async function startSettings(): Promise<void> {
  const storedTheme = read(THEME);
  theme.value = THEMES.find((known) => known === storedTheme) ?? "system";
  effect(showTheme);
  isNotifying.value = read(NOTIFYING) === "on";
  hasSound.value = read(SOUND) === "on";
  hasSignals.value = read(SIGNALS) !== "off";
  // a room is led by one of the device's windows, whichever the choice was made in
  window.addEventListener("storage", ({ key, newValue }) => {
    if (key === SIGNALS) hasSignals.value = newValue !== "off";
  });
  doesEnterSend.value =
    (read(ENTER) ?? (matchMedia("(pointer: coarse)").matches ? "off" : "on")) === "on";
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

/** Tell of new messages or not; asking for permission comes before. */
export function chooseNotifying(isWanted: boolean): void {
  isNotifying.value = isWanted;
  write(NOTIFYING, isWanted ? "on" : "off");
}

export function chooseSound(isWanted: boolean): void {
  hasSound.value = isWanted;
  write(SOUND, isWanted ? "on" : "off");
}

export function chooseSignals(isWanted: boolean): void {
  hasSignals.value = isWanted;
  write(SIGNALS, isWanted ? "on" : "off");
}

export function chooseEnterSends(isWanted: boolean): void {
  doesEnterSend.value = isWanted;
  write(ENTER, isWanted ? "on" : "off");
}

export async function choosePageLanguage(wanted: Language): Promise<void> {
  await setLanguage(wanted);
  write(LANGUAGE, wanted);
}

export function forgetSettings(): void {
  for (const name of [THEME, LANGUAGE, NOTIFYING, SOUND, SIGNALS, ENTER]) {
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
