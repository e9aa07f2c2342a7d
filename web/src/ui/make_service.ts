import type { Keeping, Service } from "../client/service.ts";

/** Start the client in its worker; while working on the page, `?fake=…` puts one in memory in its place. */
export async function makeService(wanted: Keeping): Promise<Service> {
  if (import.meta.env.DEV) {
    const words = new URLSearchParams(location.search).get("fake");
    if (words !== null) {
      const { FakeService, readScenario } = await import("./dev/fake_service.ts");
      return new FakeService(readScenario(words), wanted);
    }
  }
  const { openService } = await import("../client/proxy.ts");
  return openService(wanted);
}
