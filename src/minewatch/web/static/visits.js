"use strict";
// Every page of visits: says what this phone keeps, sends what waits, keeps the pages for when there is no connection.
(() => {
  const root = document.querySelector("[data-visits]");
  if (!root || !window.indexedDB) return;
  const store = window.visitStore;
  const actor = root.dataset.actor;
  const zh = document.documentElement.lang.startsWith("zh");
  const t = (en, chinese) => (zh ? chinese : en);
  const line = root.querySelector("[data-line]");
  const kept = root.querySelector("[data-kept]");
  const list = root.querySelector("[data-reports]");
  const trouble = root.querySelector("[data-trouble]");
  const button = root.querySelector("[data-send]");
  const KEPT_HOURS = 24; // of a report that was taken: only that it was, and where

  const say = (text) => {
    trouble.hidden = !text;
    trouble.textContent = text;
  };

  const states = {
    kept: () => t("kept on this phone, not sent", "保存在本机，未发送"),
    sending: () => t("sending…", "正在发送…"),
    refused: (one) => `${t("not taken", "未被接收")}: ${one.trouble}`,
    sent: (one) => `${t("taken", "已接收")}: ${one.receipt.event}, ${one.receipt.received}`,
  };

  const row = (one) => {
    const item = document.createElement("li");
    const link = document.createElement("a");
    link.href = `/visits/${one.case}`;
    link.textContent = one.site || one.case;
    const badge = document.createElement("span");
    badge.className = `badge ${{ sent: "good", refused: "bad" }[one.state] || "warn"}`;
    badge.textContent = states[one.state](one);
    item.dataset.state = one.state;
    item.append(link, " ", badge, ` ${one.body.at.replace("T", " ")}, ${one.files.length} ${t("pictures", "张图片")} `);
    if (one.state === "refused") {
      const again = document.createElement("button");
      again.className = "button";
      again.type = "button";
      again.textContent = t("Back into the form", "返回表单修改");
      again.addEventListener("click", async () => {
        await store.put("drafts", { ...one.draft, case: one.case, owner: one.owner });
        await store.drop("reports", one.submission);
        window.location.href = `/visits/${one.case}`;
      });
      item.append(again);
    }
    return item;
  };

  const show = async () => {
    const reports = await store.all("reports");
    const drafts = await store.all("drafts");
    const mine = reports.filter((one) => one.owner === actor);
    const waiting = mine.filter((one) => one.state !== "sent");
    const others = new Set([...reports.filter((one) => one.state !== "sent"), ...drafts].map((one) => one.owner));
    others.delete(actor);
    line.textContent = navigator.onLine ? t("online", "在线") : t("offline", "离线");
    line.className = `badge ${navigator.onLine ? "good" : "warn"}`;
    const parts = [
      waiting.length
        ? t(`${waiting.length} report(s) on this phone are not sent yet`, `本机有 ${waiting.length} 份报告尚未发送`)
        : t("Nothing on this phone waits to be sent", "本机没有待发送的报告"),
    ];
    const begun = drafts.filter((one) => one.owner === actor).length;
    if (begun) parts.push(t(`${begun} form(s) begun`, `${begun} 份表单填写中`));
    if (others.size) {
      const names = [...others].join(", ");
      parts.push(t(`reports of ${names} wait: they must sign in themselves to send them`, `${names} 的报告待发送，须由本人登录`));
    }
    kept.textContent = parts.join(t("; ", "；")) + t(".", "。");
    kept.dataset.waiting = String(waiting.length);
    list.replaceChildren(...mine.map(row));
    button.hidden = !waiting.some((one) => one.state === "kept");
  };

  const send = async (address, token, options) => {
    const answer = await fetch(address, {
      method: "POST",
      redirect: "error",
      ...options,
      headers: { Accept: "application/json", "X-CSRF-Token": token, ...(options.headers || {}) },
    });
    if (answer.ok) return answer.json();
    const told = await answer.json().catch(() => ({}));
    const error = new Error([told.detail, told.remedy].filter(Boolean).join(" ") || String(answer.status));
    error.status = answer.status;
    throw error;
  };

  const sendOne = async (one, token) => {
    for (const file of one.files) {
      if (file.sent) continue;
      const form = new FormData();
      form.append("photo", file.blob, "photo");
      const got = await send(`/visits/${one.case}/photos`, token, { body: form });
      if (got.sha256 !== file.digest) throw new Error(t("a photo arrived changed", "照片在传输中被改变"));
      file.sent = true;
      await store.put("reports", one);
    }
    one.receipt = await send(`/visits/${one.case}/report`, token, {
      body: JSON.stringify(one.body),
      headers: { "Content-Type": "application/json" },
    });
    // Taken: the phone forgets what was in it and keeps only that it was.
    await store.put("reports", { ...one, state: "sent", files: one.files.map(({ digest }) => ({ digest, sent: true })), draft: null, sentAt: Date.now() });
  };

  const sendAll = async () => {
    const waiting = (await store.all("reports")).filter((one) => one.owner === actor && one.state === "kept");
    if (!waiting.length) return;
    let session;
    try {
      const answer = await fetch("/visits/session.json", { headers: { Accept: "application/json" }, redirect: "error" });
      if (answer.status === 401) {
        say(t("Sign in again to send; the reports stay on this phone.", "请重新登录后发送；报告仍保存在本机。"));
        return;
      }
      if (!answer.ok) throw new Error(String(answer.status));
      session = await answer.json();
    } catch {
      say(t("No connection: the reports stay on this phone and are sent later.", "无网络连接：报告保存在本机，稍后发送。"));
      return;
    }
    if (session.actor !== actor) {
      say(t(`${session.actor} is signed in; these reports are ${actor}'s.`, `当前登录的是 ${session.actor}，这些报告属于 ${actor}。`));
      return;
    }
    say("");
    for (const one of waiting) {
      try {
        await sendOne(one, session.csrf);
      } catch (error) {
        if (error.status >= 400 && error.status < 500 && error.status !== 401) {
          await store.put("reports", { ...one, state: "refused", trouble: error.message });
        } else {
          say(`${t("Not sent yet", "尚未发送")}: ${error.message}`);
        }
      }
      await show();
    }
  };

  // One page at a time sends, even with several open; the server would take each report once anyway.
  const sending = async () => {
    try {
      if (navigator.locks) await navigator.locks.request("minewatch-visits", sendAll);
      else await sendAll();
    } finally {
      await show();
    }
  };

  const keepPages = async () => {
    if (!("serviceWorker" in navigator)) {
      if (!window.isSecureContext) {
        say(t("This page is not served by https: without a connection it cannot be opened here.", "本页面未使用 https，离线时无法打开。"));
      }
      return;
    }
    await navigator.serviceWorker.register("/visits/worker.js", { scope: "/visits" });
    const ready = await navigator.serviceWorker.ready;
    const pages = [...document.querySelectorAll("a[data-keep]")].map((one) => one.getAttribute("href"));
    const assets = [...document.querySelectorAll("link[href^='/static/'],script[src^='/static/']")].map((one) => one.getAttribute("href") || one.getAttribute("src"));
    ready.active.postMessage({ type: "keep", addresses: ["/visits", location.pathname, ...pages, ...assets, "/static/visit-form.js"] });
  };

  const begin = async () => {
    const owner = await store.get("facts", "owner");
    if (owner && owner.value !== actor) await store.wipePages(); // pages of whoever was here before
    await store.put("facts", { name: "owner", value: actor });
    if (root.dataset.now && !root.dataset.stale) {
      const served = performance.getEntriesByType("navigation")[0];
      if (navigator.onLine && served && served.workerStart === 0) {
        await store.put("facts", { name: "clock", value: Number(root.dataset.now) - Date.now() });
      }
    }
    for (const one of await store.all("reports")) {
      if (one.state === "sent" && Date.now() - one.sentAt > KEPT_HOURS * 3_600_000) await store.drop("reports", one.submission);
    }
    await show();
    button.addEventListener("click", sending);
    window.addEventListener("online", sending);
    window.addEventListener("offline", show);
    navigator.storage?.persist?.();
    await keepPages().catch((error) => say(`${t("This page cannot be kept", "页面无法离线保存")}: ${error.message}`));
    await sending();
  };

  window.visits = { actor, t, show, say, sending, ready: begin().catch((error) => say(`${t("This phone keeps nothing", "本机无法保存")}: ${error.message}`)) };
})();
