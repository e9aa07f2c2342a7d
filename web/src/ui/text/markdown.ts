/** The subset of markdown that messages are shown in, read into a tree; never into HTML. */

import { type Inline, parseInline } from "./inline.ts";

export type Block =
  | { readonly kind: "paragraph"; readonly children: readonly Inline[] }
  | { readonly kind: "code"; readonly text: string; readonly language: string }
  | { readonly kind: "quote"; readonly children: readonly Block[] }
  | {
      readonly kind: "list";
      /** The first number of an ordered list; undefined for bullets. */
      readonly start: number | undefined;
      readonly items: readonly (readonly Inline[])[];
    };

const FENCE = /^ {0,3}```+[ \t]*([\w+#.-]*)[ \t]*$/;
const FENCE_END = /^ {0,3}```+[ \t]*$/;
const QUOTE = /^ {0,3}> ?/;
const ITEM = /^ {0,3}(?:[-*+]|(\d{1,9})[.)])[ \t]+(?=\S)/;
const CONTINUED = /^(?: {2,}|\t)\S/;
const MAX_QUOTES = 4;

/** Read a message's text. Takes time in proportion to its length, whatever it says. */
export function parseMarkdown(source: string): Block[] {
  return parseBlocks(source.split("\n"), 0);
}

function parseBlocks(lines: readonly string[], depth: number): Block[] {
  const blocks: Block[] = [];
  // a fence without an end is text; once one was missed, all later ones are missed too
  let fencesEnd = true;
  let paragraph: string[] = [];
  const flush = () => {
    const text = paragraph.join("\n").trim();
    if (text !== "") blocks.push({ kind: "paragraph", children: parseInline(text) });
    paragraph = [];
  };
  let place = 0;
  while (place < lines.length) {
    const line = lines[place] ?? "";
    const fence = fencesEnd ? FENCE.exec(line) : null;
    if (fence !== null) {
      const end = findFenceEnd(lines, place + 1);
      if (end >= 0) {
        flush();
        const text = lines.slice(place + 1, end).join("\n");
        blocks.push({ kind: "code", text, language: fence[1] ?? "" });
        place = end + 1;
        continue;
      }
      fencesEnd = false;
    }
    if (depth < MAX_QUOTES && QUOTE.test(line)) {
      flush();
      const inner = takeWhile(lines, place, (other) => QUOTE.test(other));
      const children = inner.map((other) => other.replace(QUOTE, ""));
      blocks.push({ kind: "quote", children: parseBlocks(children, depth + 1) });
      place += inner.length;
      continue;
    }
    const item = ITEM.exec(line);
    if (item !== null) {
      flush();
      const isOrdered = item[1] !== undefined;
      const inner = takeWhile(lines, place, (other) => isOfList(other, isOrdered));
      const start = isOrdered ? Number(item[1]) : undefined;
      blocks.push({ kind: "list", start, items: itemsOf(inner) });
      place += inner.length;
      continue;
    }
    if (line.trim() === "") flush();
    else paragraph.push(line);
    place += 1;
  }
  flush();
  return blocks;
}

function findFenceEnd(lines: readonly string[], from: number): number {
  for (let place = from; place < lines.length; place += 1) {
    if (FENCE_END.test(lines[place] ?? "")) return place;
  }
  return -1;
}

function takeWhile(lines: readonly string[], from: number, keeps: (line: string) => boolean) {
  let end = from + 1;
  while (end < lines.length && keeps(lines[end] ?? "")) end += 1;
  return lines.slice(from, end);
}

function isOfList(line: string, isOrdered: boolean): boolean {
  const item = ITEM.exec(line);
  if (item === null) return CONTINUED.test(line);
  return (item[1] !== undefined) === isOrdered;
}

function itemsOf(lines: readonly string[]): Inline[][] {
  const items: string[] = [];
  for (const line of lines) {
    if (ITEM.test(line)) items.push(line.replace(ITEM, ""));
    else items[items.length - 1] += `\n${line.trim()}`;
  }
  return items.map(parseInline);
}
