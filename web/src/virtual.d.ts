/** Modules that exist only once the build has made them (tools/word_lists.ts, tools/wasm.ts). */

/** The EFF long list, packed. */
declare module "virtual:word-list" {
  const packed: string;
  export default packed;
}

/** The most used passwords with spaces between them, the first used most. */
declare module "virtual:passwords" {
  const passwords: string;
  export default passwords;
}

/** The most used English words with spaces between them, the first used most. */
declare module "virtual:common-words" {
  const words: string;
  export default words;
}

/** The bytes of a WebAssembly module (tools/wasm.ts). */
declare module "*.wasm" {
  const bytes: Uint8Array<ArrayBuffer>;
  export default bytes;
}
