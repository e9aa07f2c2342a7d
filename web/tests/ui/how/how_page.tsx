/** The page that shows how it works, for tests. */
import { screen } from "@testing-library/preact";
import { App } from "../../../src/ui/app.tsx";
import { hasStopped } from "../../../src/ui/door.ts";
import { EXAMPLE, typed } from "../../../src/ui/how/toy.ts";
import { setLanguage } from "../../../src/ui/messages/messages.ts";
import { show } from "../page.ts";

/** Open the page in a language, with the first numbers. */
export async function openHow(language: "en" | "de" = "en"): Promise<void> {
  hasStopped.value = false;
  typed.value = EXAMPLE;
  await setLanguage(language);
  show(<App missing={[]} />, "/how-it-works");
  // it is fetched when it is first shown, which takes a busy machine a while
  await screen.findByRole("heading", { level: 1 }, { timeout: 30_000 });
}
