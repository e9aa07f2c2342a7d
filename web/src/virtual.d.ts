/** Modules that exist only once the build has made them (tools/word_lists.ts). */

declare module "virtual:word-list" {
  const packed: string;
  export default packed;
}
