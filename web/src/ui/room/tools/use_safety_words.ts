import { useEffect, useState } from "preact/hooks";
import type { SafetyCodeView } from "../../../client/service.ts";
import { noticeStop, service } from "../../door.ts";

/** The words of a safety code, once they have loaded. */
export function useSafetyWords(code: SafetyCodeView | undefined): readonly string[] | undefined {
  const [words, setWords] = useState<readonly string[]>();
  useEffect(() => {
    let isCurrent = true;
    setWords(undefined);
    if (code) {
      service()
        .then((door) => door.safetyWords(code.wordPlaces))
        .then((found) => isCurrent && setWords(found))
        .catch(noticeStop);
    }
    return () => {
      isCurrent = false;
    };
  }, [code?.digits]);
  return words;
}
