/** Messages as plain text: for excerpts, for what is read aloud, for results of a search. */

import { inlineText } from "./inline.ts";
import { type Block, parseMarkdown } from "./markdown.ts";

/** What is read of a text before it is cut: an excerpt of a very long one costs no more than this. */
const READ = 4000;

/** A message's text without its marks, on one line, cut to `characters`. */
export function inlineExcerpt(source: string, characters: number): string {
  const text = plainText(source.slice(0, READ));
  const signs = [...text];
  if (signs.length <= characters) return text;
  return `${signs.slice(0, characters).join("").trimEnd()}…`;
}

/** A message's text without its marks, on one line. */
export function plainText(source: string): string {
  return parseMarkdown(source).map(blockText).join(" ").replace(/\s+/g, " ").trim();
}

function blockText(block: Block): string {
  switch (block.kind) {
    case "paragraph":
      return inlineText(block.children);
    case "code":
      return block.text;
    case "quote":
      return block.children.map(blockText).join(" ");
    case "list":
      return block.items.map(inlineText).join(" ");
  }
}

interface Piece {
  readonly text: string;
  readonly isMatch: boolean;
}

const BEFORE = 40;

/** The part of a message around the first place of `wanted`, cut to `characters`, with all its places marked. */
export function excerptAround(source: string, wanted: string, characters: number): Piece[] {
  const text = plainText(source);
  const found = text.toLowerCase().indexOf(wanted.toLowerCase());
  const start = found > BEFORE ? Math.min(text.indexOf(" ", found - BEFORE) + 1, found) : 0;
  const part = text.slice(start, start + characters);
  const pieces = marked(part, wanted);
  if (start > 0) pieces.unshift({ text: "… ", isMatch: false });
  if (start + characters < text.length) pieces.push({ text: "…", isMatch: false });
  return pieces;
}

function marked(text: string, wanted: string): Piece[] {
  const pieces: Piece[] = [];
  const low = text.toLowerCase();
  const needle = wanted.toLowerCase();
  let place = 0;
  // letters whose lower case is longer would shift the places
  if (needle !== "" && low.length === text.length) {
    for (let at = low.indexOf(needle); at >= 0; at = low.indexOf(needle, place)) {
      if (at > place) pieces.push({ text: text.slice(place, at), isMatch: false });
      pieces.push({ text: text.slice(at, at + needle.length), isMatch: true });
      place = at + needle.length;
    }
  }
  if (place < text.length) pieces.push({ text: text.slice(place), isMatch: false });
  return pieces;
}
