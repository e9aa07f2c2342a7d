/** What the page may start as a script under enforced Trusted Types: what its own server serves. */

interface ScriptUrlPolicy {
  createScriptURL(url: string): string;
}

interface PolicyFactory {
  createPolicy(name: string, rules: { createScriptURL: (url: string) => string }): ScriptUrlPolicy;
}

declare global {
  interface Window {
    readonly trustedTypes?: PolicyFactory;
  }
}

const policy = globalThis.window?.trustedTypes?.createPolicy("roomkey", {
  createScriptURL: (url) => {
    if (new URL(url, location.href).origin !== location.origin)
      throw new TypeError("foreign script");
    return url;
  },
});

/** The address of a script of this site, in the form that enforced Trusted Types let pass. */
export function trustedScript(url: string): string {
  return policy?.createScriptURL(url) ?? url;
}
