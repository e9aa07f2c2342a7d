/** The words of this part of the page, which come with it and not before. */

import { signal } from "@preact/signals";
import type { Language } from "../messages/language.ts";
import { type HowTexts, howEn } from "./messages/how_en.ts";

/** Every text of this part in the language chosen. */
export const howTexts = signal<HowTexts>(howEn);

const load: Record<Language, () => Promise<HowTexts>> = {
  en: async () => howEn,
  de: async () => (await import("./messages/how_de.ts")).howDe,
};

/** Show this part in `wanted`; it stays as it is if the words cannot be fetched. */
export async function setHowLanguage(wanted: Language): Promise<void> {
  howTexts.value = await load[wanted]();
}
