"use strict";
// What every page shares: the menu on narrow screens, questions before dangerous buttons, requests with the form token.
(() => {
  for (const button of document.querySelectorAll("[data-toggle]")) {
    const target = document.getElementById(button.dataset.toggle);
    button.addEventListener("click", () => {
      const open = target.classList.toggle("open");
      button.setAttribute("aria-expanded", String(open));
    });
  }
  for (const form of document.querySelectorAll("form[data-ask]")) {
    form.addEventListener("submit", (event) => {
      if (!window.confirm(form.dataset.ask)) event.preventDefault();
    });
  }
  for (const box of document.querySelectorAll(".scroll")) {
    if (box.scrollWidth > box.clientWidth) box.tabIndex = 0; // a region that scrolls must be reachable by keyboard
  }
  window.minewatch = {
    token: () => document.querySelector("meta[name=csrf-token]").content,
    send: (address, options = {}) =>
      fetch(address, {
        ...options,
        headers: { Accept: "application/json", "X-CSRF-Token": window.minewatch.token(), ...(options.headers || {}) },
      }),
  };
})();
