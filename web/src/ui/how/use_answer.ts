import { useRef, useState } from "preact/hooks";
import type { Demo } from "../../demo/demo.ts";
import { openDemo } from "../../demo/proxy.ts";
import { type ErrorText, thrownText } from "../messages/error_text.ts";

/** What became of a question to the worker. */
export interface Answer<T> {
  readonly isBusy: boolean;
  readonly value?: T;
  readonly error?: ErrorText;
}

let opened: ReturnType<typeof openDemo> | undefined;

/** End the worker, if there is one. */
export function closeDemo(): void {
  opened?.close();
  opened = undefined;
}

/** Ask the worker, which starts with the first question; only the last question is answered. */
export function useAnswer<T>(): readonly [
  Answer<T>,
  (question: (demo: Demo) => Promise<T>) => void,
] {
  const [answer, setAnswer] = useState<Answer<T>>({ isBusy: false });
  const count = useRef(0);
  const ask = (question: (demo: Demo) => Promise<T>): void => {
    count.current += 1;
    const asked = count.current;
    const take = (taken: Answer<T>) => asked === count.current && setAnswer(taken);
    setAnswer({ isBusy: true });
    opened ??= openDemo();
    question(opened).then(
      (value) => take({ isBusy: false, value }),
      (error) => take({ isBusy: false, error: thrownText(error) }),
    );
  };
  return [answer, ask];
}
