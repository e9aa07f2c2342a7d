import type { ComponentChildren } from "preact";

/** Letters of a sum stand in backquotes, and `^` raises the number or letter after it. */
const MARKS = /`([^`]+)`|\^(-?\w+)/g;

/** A sentence with letters and powers set as sums are set. */
export function Words({ children }: { children: string }) {
  const parts: ComponentChildren[] = [];
  let at = 0;
  for (const found of children.matchAll(MARKS)) {
    const [whole, letter, raised] = found;
    parts.push(children.slice(at, found.index));
    parts.push(letter === undefined ? <sup>{raised}</sup> : <var>{letter}</var>);
    at = found.index + whole.length;
  }
  return <>{[...parts, children.slice(at)]}</>;
}

/** Paragraphs, each a text of its own. */
export function Paragraphs({ of }: { of: readonly string[] }) {
  return (
    <>
      {of.map((text) => (
        <p key={text}>
          <Words>{text}</Words>
        </p>
      ))}
    </>
  );
}
