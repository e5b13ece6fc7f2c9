"use strict";
// The tree: what hangs under a node is fetched when it is opened for the first time.
(() => {
  const open = async (box) => {
    if (!box.open || box.dataset.held) return;
    box.dataset.held = "yes";
    const below = box.querySelector(".below");
    try {
      const answer = await fetch(box.dataset.children, { headers: { Accept: "text/html" } });
      if (!answer.ok) throw new Error(String(answer.status));
      const piece = new DOMParser().parseFromString(await answer.text(), "text/html");
      below.replaceWith(...piece.body.children);
      watch(box);
    } catch (error) {
      delete box.dataset.held;
      below.textContent = document.documentElement.lang.startsWith("zh")
        ? `无法载入（${error.message}）`
        : `This could not be loaded (${error.message}).`;
    }
  };
  const watch = (root) => {
    for (const box of root.querySelectorAll("details[data-children]")) {
      if (box.dataset.watched) continue;
      box.dataset.watched = "yes";
      box.addEventListener("toggle", () => open(box));
    }
  };
  watch(document);
})();
