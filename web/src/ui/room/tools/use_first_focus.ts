import type { RefObject } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";

/** The field that has the focus when its dialog opens, in place of the dialog's first button. */
export function useFirstFocus(): RefObject<HTMLInputElement | null> {
  const field = useRef<HTMLInputElement>(null);
  // Before the dialog opens, which looks for it.
  useLayoutEffect(() => {
    if (field.current) field.current.autofocus = true;
  }, []);
  return field;
}
