import { messages } from "./messages.ts";

/** What a person is told about an error: what happened, and what to do next. */
export interface ErrorText {
  readonly code: string;
  readonly sentence: string;
  readonly nextStep: string;
}

/** The text for an error by its code; an error the page has no text for speaks for itself. */
export function errorText(error: ErrorText): ErrorText {
  const { sentence, nextStep } = entry(error.code) ?? error;
  return { code: error.code, sentence, nextStep };
}

/** The text for an error of which nothing but its code is known. */
export function codeText(code: string): ErrorText {
  return errorText({ code, sentence: "", nextStep: "" });
}

/** The text for anything thrown; what is no error of Roomkey's is told as a fault without detail. */
export function thrownText(thrown: unknown): ErrorText {
  if (thrown instanceof Error && "code" in thrown && "sentence" in thrown && "nextStep" in thrown) {
    return errorText({
      code: String(thrown.code),
      sentence: String(thrown.sentence),
      nextStep: String(thrown.nextStep),
    });
  }
  return { code: "error", ...messages.value.errors.error };
}

function entry(code: string): { sentence: string; nextStep: string } | undefined {
  const errors: Readonly<Record<string, { sentence: string; nextStep: string }>> =
    messages.value.errors;
  return Object.hasOwn(errors, code) ? errors[code] : undefined;
}
