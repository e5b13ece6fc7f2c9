"use strict";
// Signing out takes what a phone kept of visits with it; reports that were not sent are asked about first.
(() => {
  const out = document.querySelector("form[action='/sign-out']");
  const store = window.visitStore;
  if (!out || !store || !window.indexedDB) return;
  const zh = document.documentElement.lang.startsWith("zh");
  out.addEventListener("submit", async (event) => {
    if (out.dataset.wiped) return;
    event.preventDefault();
    try {
      if (await store.exists()) {
        const waiting = (await store.waiting()).length;
        const question = zh
          ? `本机有 ${waiting} 份检查报告尚未发送，退出后将被删除。仍要退出？`
          : `${waiting} visit report(s) on this device are not sent; signing out deletes them. Sign out all the same?`;
        if (waiting && !window.confirm(question)) return;
      }
      await store.wipe();
    } catch {
      // what cannot be opened holds nothing to lose
    }
    out.dataset.wiped = "yes";
    out.submit();
  });
})();
