"use strict";
// What a phone keeps of visits: drafts, finished reports until they were taken, and the difference of its clock to ours.
(() => {
  const NAME = "minewatch-visits";
  const PAGES = "minewatch-visits-1"; // the worker's cache of pages; visits-worker.js names it too
  let opened = null;

  const open = () => {
    opened ??= new Promise((resolve, reject) => {
      const asked = indexedDB.open(NAME, 1);
      asked.onupgradeneeded = () => {
        asked.result.createObjectStore("drafts", { keyPath: "case" });
        asked.result.createObjectStore("reports", { keyPath: "submission" });
        asked.result.createObjectStore("facts", { keyPath: "name" });
      };
      asked.onsuccess = () => {
        // Another page may wipe everything at sign-out: let go then.
        asked.result.onversionchange = () => {
          asked.result.close();
          opened = null;
        };
        resolve(asked.result);
      };
      asked.onerror = () => reject(asked.error);
    });
    return opened;
  };

  const run = async (table, mode, work) => {
    const base = await open();
    return new Promise((resolve, reject) => {
      const transaction = base.transaction(table, mode, { durability: "strict" });
      const asked = work(transaction.objectStore(table));
      transaction.oncomplete = () => resolve(asked.result);
      transaction.onerror = () => reject(transaction.error);
      transaction.onabort = () => reject(transaction.error);
    });
  };

  const exists = async () => {
    if (!window.indexedDB) return false;
    if (!indexedDB.databases) return true;
    return (await indexedDB.databases()).some((one) => one.name === NAME);
  };

  const wipePages = async () => {
    if (!window.caches) return;
    navigator.serviceWorker?.controller?.postMessage({ type: "wipe" });
    await caches.delete(PAGES);
  };

  const wipe = async () => {
    await wipePages();
    const base = await opened;
    base?.close();
    opened = null;
    await new Promise((resolve) => {
      const gone = indexedDB.deleteDatabase(NAME);
      gone.onsuccess = gone.onerror = gone.onblocked = () => resolve();
    });
  };

  window.visitStore = {
    exists,
    get: (table, key) => run(table, "readonly", (store) => store.get(key)),
    all: (table) => run(table, "readonly", (store) => store.getAll()),
    put: (table, value) => run(table, "readwrite", (store) => store.put(value)),
    drop: (table, key) => run(table, "readwrite", (store) => store.delete(key)),
    waiting: async () => ((await exists()) ? (await run("reports", "readonly", (store) => store.getAll())).filter((one) => one.state !== "sent") : []),
    wipe,
    wipePages,
  };
})();
