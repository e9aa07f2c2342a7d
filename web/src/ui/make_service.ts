import type { Keeping, Service } from "../client/service.ts";

const CLIENT = import.meta.glob<{ openService(wanted: Keeping): Promise<Service> }>(
  "../client/proxy.ts",
);

/** Start the client in its worker; while working on the page, `?fake=…` puts one in memory in its place. */
export async function makeService(wanted: Keeping): Promise<Service> {
  if (import.meta.env.DEV) {
    const words = new URLSearchParams(location.search).get("fake");
    if (words !== null) {
      const { FakeService, readScenario } = await import("./dev/fake_service.ts");
      return new FakeService(readScenario(words), wanted);
    }
  }
  const load = CLIENT["../client/proxy.ts"];
  if (!load) throw new Error("no client");
  return (await load()).openService(wanted);
}
