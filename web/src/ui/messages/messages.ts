import { batch, signal } from "@preact/signals";
import { en, type Messages } from "./en.ts";
import { type Language, language } from "./language.ts";

/** Every text of the page in the language chosen; reading `.value` in a component follows a change. */
export const messages = signal<Messages>(en);

const load: Record<Language, () => Promise<Messages>> = {
  en: async () => en,
  de: async () => (await import("./de.ts")).de,
};

/** Show the page in `wanted`; its catalogue is fetched first, and the page stays as it is if that fails. */
export async function setLanguage(wanted: Language): Promise<void> {
  const catalogue = await load[wanted]();
  batch(() => {
    language.value = wanted;
    messages.value = catalogue;
  });
  document.documentElement.lang = wanted;
}
