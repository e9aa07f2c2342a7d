import type { RefObject } from "preact";
import { useLayoutEffect } from "preact/hooks";

/** Lets a text field grow with its text where the browser cannot do so by itself. */
export function useGrowing(field: RefObject<HTMLTextAreaElement | null>, text: string): void {
  useLayoutEffect(() => {
    const element = field.current;
    if (!element || CSS.supports("field-sizing", "content")) return;
    element.style.setProperty("block-size", "auto");
    if (text !== "") element.style.setProperty("block-size", `${element.scrollHeight}px`);
  }, [field, text]);
}
