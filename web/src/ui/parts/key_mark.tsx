import { KeyBlade } from "./key_blade.tsx";

/** The product's own key: the notches spell it in the symbols of room codes. */
export function KeyMark() {
  return <KeyBlade code="R00MKEY000" />;
}
