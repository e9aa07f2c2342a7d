/** IndexedDB with promises: what the store asks of the browser's databases, and no more. */

/** Open a database, or make it with `stores`; `closed` is told when it was closed under us. */
export async function openDatabase(
  name: string,
  stores: readonly string[],
  closed: () => void = () => undefined,
): Promise<IDBDatabase> {
  const opening = indexedDB.open(name, 1);
  opening.onupgradeneeded = () => {
    for (const store of stores) opening.result.createObjectStore(store);
  };
  const database = await done(opening);
  // somebody wants to delete it: better that than a room that cannot be forgotten
  database.onversionchange = () => {
    database.close();
    closed();
  };
  database.onclose = closed;
  return database;
}

/** Delete a database, once whoever has it open has let go of it. */
export async function deleteDatabase(name: string): Promise<void> {
  await done(indexedDB.deleteDatabase(name));
}

/** Get what a request gives, or throw what it failed with. */
export function done<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

/** Wait until what a transaction wrote is on disk, or throw why none of it is. */
export function committed(transaction: IDBTransaction): Promise<void> {
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error ?? new DOMException("", "AbortError"));
  });
}

/** Begin a transaction that writes, and is on disk when it is committed. */
export function writingTo(database: IDBDatabase, stores: string | string[]): IDBTransaction {
  return database.transaction(stores, "readwrite", { durability: "strict" });
}
