/** What a test waits for may take long: machines are busy. */

if (typeof document !== "undefined") {
  const { configure } = await import("@testing-library/preact");
  configure({ asyncUtilTimeout: 30_000 });
}

export {};
