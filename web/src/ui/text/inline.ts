/** The part of markdown that stands within a line: bold, italic, code and links. */

export type Inline =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "break" }
  | { readonly kind: "code"; readonly text: string }
  | { readonly kind: "strong"; readonly children: readonly Inline[] }
  | { readonly kind: "emphasis"; readonly children: readonly Inline[] }
  | {
      readonly kind: "link";
      readonly url: string;
      /** Where the link goes, as the browser will resolve it: never what its writer calls it. */
      readonly host: string;
      readonly children: readonly Inline[];
    };

type Mark = "**" | "*" | "_" | "[";

interface Open {
  readonly mark: Mark;
  readonly children: Inline[];
}

// bounded, so that a wall of half links is still read in time in proportion to its length
const URL_START = /https?:\/\/[^\s<>"`]{1,2048}/iy;
const URL_IN_LINK = /\((https?:\/\/[^\s()<>"`]+(?:\([^\s()<>"`]*\))?[^\s()<>"`]*)\)/iy;
const SPECIAL = /[\\`*_[\]\nhH]/g;
const WORD = /[\p{L}\p{N}]/u;
const ESCAPABLE = /[\\`*_[\]()>#+\-.!]/;

/** Read one paragraph's text; every character that is no mark is in the result, in its order. */
export function parseInline(source: string): Inline[] {
  return new InlineReader(source).read();
}

/** The plain text of a tree, as a screen reader or an excerpt needs it. */
export function inlineText(nodes: readonly Inline[]): string {
  return nodes
    .map((node) => {
      if (node.kind === "text" || node.kind === "code") return node.text;
      return node.kind === "break" ? " " : inlineText(node.children);
    })
    .join("");
}

class InlineReader {
  #place = 0;
  readonly #source: string;
  readonly #root: Inline[] = [];
  readonly #stack: Open[] = [];
  // a run of backticks of such a length has no partner from here on: do not look again
  readonly #unpaired = new Set<number>();

  constructor(source: string) {
    this.#source = source;
  }

  read(): Inline[] {
    while (this.#place < this.#source.length) this.#step();
    while (this.#stack.length > 0) this.#giveUp();
    return this.#root;
  }

  #step(): void {
    SPECIAL.lastIndex = this.#place;
    const found = SPECIAL.exec(this.#source);
    if (found === null) {
      this.#text(this.#source.slice(this.#place));
      this.#place = this.#source.length;
      return;
    }
    this.#text(this.#source.slice(this.#place, found.index));
    this.#place = found.index;
    if (!this.#special(found[0])) this.#text(this.#source[this.#place++] ?? "");
  }

  #special(sign: string): boolean {
    switch (sign) {
      case "\n":
        this.#place += 1;
        this.#children().push({ kind: "break" });
        return true;
      case "\\":
        return this.#escape();
      case "`":
        return this.#code();
      case "[":
        return this.#open("[", 1);
      case "]":
        return this.#closeLink();
      case "*":
      case "_":
        return this.#emphasis(sign);
      default:
        return this.#bareLink();
    }
  }

  #escape(): boolean {
    const next = this.#source[this.#place + 1];
    if (next === undefined || !ESCAPABLE.test(next)) return false;
    this.#text(next);
    this.#place += 2;
    return true;
  }

  #code(): boolean {
    let end = this.#place;
    while (this.#source[end] === "`") end += 1;
    const length = end - this.#place;
    const close = this.#unpaired.has(length) ? -1 : this.#findRun(end, length);
    if (close < 0) {
      this.#unpaired.add(length);
      this.#text(this.#source.slice(this.#place, end));
    } else {
      this.#children().push({ kind: "code", text: trimOne(this.#source.slice(end, close)) });
      end = close + length;
    }
    this.#place = end;
    return true;
  }

  #findRun(from: number, length: number): number {
    let start = this.#source.indexOf("`", from);
    while (start >= 0) {
      let end = start;
      while (this.#source[end] === "`") end += 1;
      if (end - start === length) return start;
      start = this.#source.indexOf("`", end);
    }
    return -1;
  }

  #emphasis(sign: "*" | "_"): boolean {
    const isDouble = sign === "*" && this.#source[this.#place + 1] === "*";
    const mark: Mark = isDouble ? "**" : sign;
    const before = this.#source[this.#place - 1] ?? " ";
    const after = this.#source[this.#place + mark.length] ?? " ";
    // within a word a single sign is a sign: 2*3*4 and snake_case stay as they are
    const closes = before.trim() !== "" && (isDouble || !WORD.test(after));
    if (closes && this.#isOpen(mark)) return this.#close(mark);
    const opens = after.trim() !== "" && (isDouble || !WORD.test(before));
    return opens && this.#open(mark, mark.length);
  }

  #open(mark: Mark, length: number): boolean {
    // each mark is open once at most, so nothing nests deeper than there are marks
    if (this.#isOpen(mark)) return false;
    this.#stack.push({ mark, children: [] });
    this.#place += length;
    return true;
  }

  #close(mark: Mark): boolean {
    while (this.#stack.at(-1)?.mark !== mark) this.#giveUp();
    const { children } = this.#stack.pop() as Open;
    this.#place += mark.length;
    if (children.length === 0) this.#text(mark + mark);
    else this.#children().push({ kind: mark === "**" ? "strong" : "emphasis", children });
    return true;
  }

  #closeLink(): boolean {
    if (!this.#isOpen("[")) return false;
    URL_IN_LINK.lastIndex = this.#place + 1;
    const url = URL_IN_LINK.exec(this.#source)?.[1];
    const host = url === undefined ? undefined : hostOf(url);
    while (this.#stack.at(-1)?.mark !== "[") this.#giveUp();
    const children = this.#stack.at(-1)?.children ?? [];
    if (url === undefined || host === undefined || children.length === 0) {
      this.#giveUp();
      return false;
    }
    this.#stack.pop();
    this.#children().push({ kind: "link", url, host, children: withoutLinks(children) });
    this.#place += url.length + 3;
    return true;
  }

  #bareLink(): boolean {
    if (WORD.test(this.#source[this.#place - 1] ?? " ")) return false;
    URL_START.lastIndex = this.#place;
    const found = URL_START.exec(this.#source)?.[0];
    if (found === undefined) return false;
    const url = trimEnd(found);
    const host = hostOf(url);
    if (host === undefined) return false;
    this.#place += url.length;
    this.#children().push({ kind: "link", url, host, children: [{ kind: "text", text: url }] });
    return true;
  }

  #giveUp(): void {
    const open = this.#stack.pop();
    if (open === undefined) return;
    this.#text(open.mark);
    for (const child of open.children) this.#add(child);
  }

  #isOpen(mark: Mark): boolean {
    return this.#stack.some((open) => open.mark === mark);
  }

  #children(): Inline[] {
    return this.#stack.at(-1)?.children ?? this.#root;
  }

  #add(node: Inline): void {
    if (node.kind === "text") this.#text(node.text);
    else this.#children().push(node);
  }

  #text(text: string): void {
    if (text === "") return;
    const children = this.#children();
    const last = children.at(-1);
    if (last?.kind === "text") {
      children[children.length - 1] = { kind: "text", text: last.text + text };
    } else {
      children.push({ kind: "text", text });
    }
  }
}

function hostOf(url: string): string | undefined {
  try {
    const { host, username, password } = new URL(url);
    // "https://bank.example@evil.example" is made to be misread
    return username === "" && password === "" && host !== "" ? host : undefined;
  } catch {
    return undefined;
  }
}

/** Punctuation at the end of a bare link belongs to the sentence around it. */
function trimEnd(url: string): string {
  let end = url.length;
  while (end > 0) {
    const last = url[end - 1] ?? "";
    const isTail = ".,:;!?'*_~".includes(last) || (last === ")" && !balanced(url.slice(0, end)));
    if (!isTail) break;
    end -= 1;
  }
  return url.slice(0, end);
}

function balanced(text: string): boolean {
  return text.split("(").length >= text.split(")").length;
}

function trimOne(code: string): string {
  const isPadded = code.length > 2 && code.startsWith(" ") && code.endsWith(" ");
  return isPadded && code.trim() !== "" ? code.slice(1, -1) : code;
}

function withoutLinks(nodes: readonly Inline[]): Inline[] {
  return nodes.flatMap((node) => {
    if (node.kind === "link") return withoutLinks(node.children);
    if (node.kind === "strong" || node.kind === "emphasis") {
      return [{ ...node, children: withoutLinks(node.children) }];
    }
    return [node];
  });
}
