"""What a page's browser keeps, as somebody with the browser's files or tools finds it."""

import json
from dataclasses import dataclass
from typing import Any

from tab import Tab

READ = """
async () => {
  const open = (name) => new Promise((resolve, reject) => {
    const asked = indexedDB.open(name);
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
  const all = (store, method) => new Promise((resolve, reject) => {
    const asked = store[method]();
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
  const character = (byte) => String.fromCharCode(byte);
  const keys = [];
  const shown = (value) => {
    if (value instanceof CryptoKey) {
      keys.push(value);
      return "CryptoKey";
    }
    if (value instanceof ArrayBuffer) value = new Uint8Array(value);
    if (ArrayBuffer.isView(value)) return [...value].map(character).join("");
    if (Array.isArray(value)) return value.map(shown);
    if (value !== null && typeof value === "object") {
      return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, shown(part)]));
    }
    return value;
  };
  const databases = {};
  for (const { name } of await indexedDB.databases()) {
    const database = await open(name);
    const stores = {};
    for (const store of database.objectStoreNames) {
      const found = database.transaction(store).objectStore(store);
      const [names, values] = await Promise.all([all(found, "getAllKeys"), all(found, "getAll")]);
      stores[store] = names.map((key, place) => [shown(key), shown(values[place])]);
    }
    database.close();
    databases[name] = stores;
  }
  const exportable = [];
  for (const key of keys) {
    const exporting = crypto.subtle.exportKey("raw", key);
    await exporting.then(() => exportable.push(key.type), () => undefined);
  }
  const cached = [];
  for (const name of await caches.keys()) {
    for (const request of await (await caches.open(name)).keys()) cached.push(request.url);
  }
  return {
    databases,
    cached,
    exportable,
    keys: keys.length,
    settings: { ...localStorage, ...sessionStorage },
    cookies: document.cookie,
    workers: (await navigator.serviceWorker.getRegistrations()).length,
  };
}
"""


@dataclass(frozen=True)
class Storage:
    """All of it; bytes are shown as characters up to U+00FF."""

    databases: dict[str, dict[str, list[Any]]]
    cached: list[str]
    exportable: list[str]
    keys: int
    settings: dict[str, str]
    cookies: str
    workers: int

    @property
    def rooms(self) -> list[str]:
        """The databases of rooms."""
        return [name for name in self.databases if name.startswith("roomkey-room-")]

    @property
    def records(self) -> int:
        return sum(len(rows) for stores in self.databases.values() for rows in stores.values())

    def holds(self, text: str) -> bool:
        """Whether a text is anywhere in it in the clear, in UTF-8 or UTF-16."""
        everything = json.dumps([self.databases, self.settings, self.cached], ensure_ascii=False)
        forms = [text.encode(code).decode("latin-1") for code in ("utf-8", "utf-16-le")]
        return any(
            json.dumps(form, ensure_ascii=False)[1:-1] in everything for form in (text, *forms)
        )


def storage_of(tab: Tab) -> Storage:
    return Storage(**tab.page.evaluate(READ))
