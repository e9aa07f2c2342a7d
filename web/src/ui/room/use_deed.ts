import { useState } from "preact/hooks";
import { noticeStop } from "../door.ts";
import { type ErrorText, thrownText } from "../messages/error_text.ts";

/** Something that takes a while and may fail; while it is being done it is not begun again. */
export interface Deed {
  readonly isBusy: boolean;
  readonly error: ErrorText | undefined;
  /** Do it; answers whether it is done. */
  readonly run: (deed: () => Promise<unknown>) => Promise<boolean>;
  readonly forgetError: () => void;
}

export function useDeed(): Deed {
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<ErrorText>();
  const run = async (deed: () => Promise<unknown>): Promise<boolean> => {
    if (isBusy) return false;
    setBusy(true);
    setError(undefined);
    try {
      await deed();
      return true;
    } catch (thrown) {
      noticeStop(thrown);
      setError(thrownText(thrown));
      return false;
    } finally {
      setBusy(false);
    }
  };
  return { isBusy, error, run, forgetError: () => setError(undefined) };
}
