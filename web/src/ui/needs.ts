/** What a browser can lack of what Roomkey needs. */
export type Need = "secure" | "wasm" | "crypto" | "worker";

/** What is missing here; empty where Roomkey can run. */
export function missingNeeds(scope: typeof globalThis = globalThis): Need[] {
  // Without a secure context browsers hide WebCrypto: one cause, one text.
  if (!scope.isSecureContext) return ["secure"];
  const missing: Need[] = [];
  if (!("WebAssembly" in scope)) missing.push("wasm");
  if (!scope.crypto?.subtle) missing.push("crypto");
  if (!("Worker" in scope)) missing.push("worker");
  return missing;
}
