/// <reference lib="webworker" />
/**
 * The service worker: keeps the files the page is made of, and nothing else.
 *
 * It answers from what it stored at its installation, so that a version stays whole until the
 * person takes the next one. What rooms say never comes this way: it goes over a WebSocket.
 */

declare const self: ServiceWorkerGlobalScope;
/** The addresses of the page's files; the build puts them in. */
declare const SHELL: readonly string[];
/** Changes whenever one of the files does; the build puts it in. */
declare const VERSION: string;

const CACHE = `roomkey ${VERSION}`;
const INDEX = "/";
/** Where the files are whose names change with what is in them. */
const HASHED = "/assets/";

self.addEventListener("install", (event) => {
  event.waitUntil(keepShell());
});

self.addEventListener("activate", (event) => {
  event.waitUntil(dropOlderVersions());
});

self.addEventListener("message", (event) => {
  if (event.data === "use-now") void self.skipWaiting();
  else if (event.data.title) event.waitUntil(notify(event.data, event.source));
});

self.addEventListener("fetch", (event) => {
  const { method, mode, url } = event.request;
  const { origin, pathname } = new URL(url);
  if (method !== "GET" || origin !== self.location.origin) return;
  const wanted = mode === "navigate" ? shellPage(pathname) : pathname;
  if (wanted !== undefined && SHELL.includes(wanted))
    event.respondWith(answer(wanted, event.request));
});

// a notification says nothing, so it only leads back to the page it came from
self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(showPage(event.notification.data));
});

/** The file that shows this address: one page stands for all of them. */
function shellPage(path: string): string | undefined {
  const isPage = path === INDEX || path === "/how-it-works" || path.startsWith("/r/");
  return isPage ? INDEX : undefined;
}

/** What a page has shown for it, as it may not itself everywhere. */
interface Notice {
  readonly title: string;
  readonly options: NotificationOptions;
}

async function notify({ title, options }: Notice, from: ExtendableMessageEvent["source"]) {
  const data = from !== null && "id" in from ? from.id : undefined;
  await self.registration.showNotification(title, { ...options, data });
}

/** Show the page with this id, or another one if it is gone. */
async function showPage(id: string): Promise<void> {
  const pages = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  const page = pages.find((one) => one.id === id) ?? pages[0];
  await (page === undefined ? self.clients.openWindow(INDEX) : page.focus());
}

async function keepShell(): Promise<void> {
  const cache = await caches.open(CACHE);
  await cache.addAll(SHELL.map((path) => new Request(path, { cache: howToFetch(path) })));
}

/** What the page has just loaded is not sent twice, unless it may be of another version. */
function howToFetch(path: string): RequestCache {
  return path.startsWith(HASHED) ? "default" : "reload";
}

async function dropOlderVersions(): Promise<void> {
  for (const name of await caches.keys()) if (name !== CACHE) await caches.delete(name);
}

async function answer(path: string, request: Request): Promise<Response> {
  const cache = await caches.open(CACHE);
  return (await cache.match(path)) ?? fetch(request);
}

export {};
