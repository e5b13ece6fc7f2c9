"use strict";
// The findings pages by keyboard: j k move, x chooses, Enter opens, a accepts, d dismisses, o opens a case, u goes back.
(() => {
  const form = document.getElementById("triage");
  const rows = [...document.querySelectorAll("table.findings tbody tr[data-meter]")];
  const everything = document.getElementById("everything");
  const chosen = document.getElementById("chosen");
  const boxes = () => [...document.querySelectorAll("table.findings input[name=meter]")];
  let at = -1;

  if (window.innerWidth <= 640) document.querySelector("details[data-narrow-closed]")?.removeAttribute("open");

  const count = () => {
    if (!chosen) return;
    const number = boxes().filter((box) => box.checked).length;
    form.classList.toggle("choosing", number > 0 || Boolean(everything?.checked));
    chosen.textContent = number ? `${chosen.dataset.some} ${number}` : chosen.dataset.none;
  };
  const move = (step) => {
    if (!rows.length) return;
    if (at >= 0) rows[at].removeAttribute("aria-selected");
    at = Math.min(Math.max(at + step, 0), rows.length - 1);
    rows[at].setAttribute("aria-selected", "true");
    rows[at].scrollIntoView({ block: "nearest" });
    rows[at].querySelector("a").focus({ preventScroll: true });
  };
  const press = (what) => {
    const button = form && form.querySelector(`button[name=what][value=${what}]`);
    if (!button) return;
    if (rows.length && at >= 0 && !everything?.checked && !boxes().some((box) => box.checked)) {
      rows[at].querySelector("input[name=meter]").checked = true;
      count();
    }
    if (what === "dismiss" && document.activeElement !== button) {
      document.getElementById("dismiss-reason").focus(); // the reason is chosen first; Enter or d again dismisses
      button.dataset.armed = "yes";
      return;
    }
    button.click();
  };
  const follow = (id) => {
    const link = document.getElementById(id);
    if (link) link.click();
  };

  if (form) {
    document.getElementById("all-here")?.addEventListener("change", (event) => {
      for (const box of boxes()) box.checked = event.target.checked;
      count();
    });
    form.addEventListener("change", count);
    form.addEventListener("submit", (event) => {
      if (everything?.checked && !window.confirm(everything.dataset.ask)) event.preventDefault();
    });
    document.getElementById("dismiss-reason")?.addEventListener("keydown", (event) => {
      if (event.key !== "Enter") return;
      event.preventDefault();
      form.querySelector("button[value=dismiss]").click();
    });
    count();
  }

  const keys = rows.length || !document.getElementById("back")
    ? { j: () => move(1), k: () => move(-1), x: () => { if (at >= 0) rows[at].querySelector("input[name=meter]")?.click(); },
        "/": () => document.getElementById("text")?.focus() }
    : { j: () => follow("after"), k: () => follow("before"), u: () => follow("back") };
  Object.assign(keys, { a: () => press("accept"), d: () => press("dismiss"), o: () => press("open") });
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    const typing = event.target.closest("input:not([type=checkbox]), textarea, select");
    if (typing || !keys[event.key]) return;
    event.preventDefault();
    keys[event.key]();
  });
})();
