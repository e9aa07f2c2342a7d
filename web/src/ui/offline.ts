import { signal } from "@preact/signals";
import { trustedScript } from "../trusted_script.ts";

/** Whether a newer version of the page is here and waits to be used. */
export const isUpdateReady = signal(false);

const SCRIPT = "/sw.js";

let waiting: ServiceWorker | null = null;

/** Have the page's own files kept, so that it opens without a connection. Rooms are not its concern. */
export async function startOffline(): Promise<void> {
  if (!("serviceWorker" in navigator)) return;
  try {
    const registration = await navigator.serviceWorker.register(trustedScript(SCRIPT), {
      scope: "/",
      updateViaCache: "none",
    });
    noticeWaiting(registration);
    registration.addEventListener("updatefound", () => {
      registration.installing?.addEventListener("statechange", () => noticeWaiting(registration));
    });
  } catch {
    // Refused by the browser's settings: the page works, only not without a connection.
  }
}

function noticeWaiting(registration: ServiceWorkerRegistration): void {
  // Without a controller this is the first version, and there is nothing to replace.
  if (!registration.waiting || !navigator.serviceWorker.controller) return;
  waiting = registration.waiting;
  isUpdateReady.value = true;
}

/** Change to the newer version; the page loads again. */
export function startUpdate(): void {
  navigator.serviceWorker.addEventListener("controllerchange", () => location.reload());
  waiting?.postMessage("use-now");
}

/** Delete the kept files, and whatever remembers that this page was ever open here. */
export async function forgetShell(): Promise<void> {
  if (!("serviceWorker" in navigator)) return;
  const registration = await navigator.serviceWorker.getRegistration("/");
  await registration?.unregister();
  for (const name of await caches.keys()) await caches.delete(name);
}
