"use strict";
// Serves the pages of visits from what was kept when there is no connection. It keeps pages and their files, never answers
// with data of others: everything goes at sign-out, and after a day without a connection.
const PAGES = "minewatch-visits-1"; // visits-store.js names it too
const KEPT_HOURS = 24;
const PATIENCE = 6000; // ms until a slow connection counts as none

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

const put = async (address, response) => {
  const headers = new Headers(response.headers);
  headers.set("X-Kept-At", String(Date.now()));
  const copy = new Response(await response.blob(), { status: response.status, headers });
  await (await caches.open(PAGES)).put(address, copy);
};

const kept = async (address) => {
  const cache = await caches.open(PAGES);
  const found = await cache.match(address, { ignoreSearch: true });
  if (!found) return undefined;
  const age = Date.now() - Number(found.headers.get("X-Kept-At"));
  if (age < KEPT_HOURS * 3_600_000) return found;
  await cache.delete(address, { ignoreSearch: true });
  return undefined;
};

const keepAll = (addresses) =>
  Promise.allSettled(
    [...new Set(addresses)].map(async (address) => {
      const response = await fetch(address, { credentials: "same-origin" });
      if (response.ok && !response.redirected) await put(address, response);
    }),
  );

self.addEventListener("message", (event) => {
  if (event.data?.type === "keep") event.waitUntil(keepAll(event.data.addresses));
  if (event.data?.type === "wipe") event.waitUntil(caches.delete(PAGES));
});

const nothing = () =>
  new Response("<!DOCTYPE html><meta charset=utf-8><title>minewatch</title><p>No connection, and this page was not kept. 无网络连接，且本页未离线保存。 <a href=/visits>/visits</a>", {
    status: 503,
    headers: { "Content-Type": "text/html; charset=utf-8" },
  });

const page = async (request) => {
  const address = new URL(request.url).pathname;
  try {
    const response = await Promise.race([
      fetch(request),
      new Promise((_, reject) => setTimeout(() => reject(new Error("slow")), PATIENCE)),
    ]);
    if (response.ok && !response.redirected) await put(address, response.clone());
    return response;
  } catch {
    return (await kept(address)) || (await kept("/visits")) || nothing();
  }
};

const asset = async (request) => {
  const address = new URL(request.url).pathname;
  try {
    const response = await fetch(request);
    if (response.ok) await put(address, response.clone());
    return response;
  } catch {
    return (await kept(address)) || Response.error();
  }
};

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== self.location.origin) return;
  if (request.mode === "navigate") event.respondWith(page(request));
  else if (pathname.startsWith("/static/")) event.respondWith(asset(request));
});
