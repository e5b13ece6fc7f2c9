"use strict";
// Keeps the wall true: new figures every half minute, and the age of what is shown when the server cannot be reached.
(() => {
  const EVERY = 30_000;
  const wall = document.querySelector("[data-wall]");
  if (!wall) return;
  const zh = document.documentElement.lang.startsWith("zh");
  const figures = wall.querySelector("[data-figures]");
  const age = wall.querySelector("[data-age]");
  const asOf = age.textContent;
  let told = asOf;
  let taken = Date.now(); // by this machine's own clock: only the difference is used
  let reached = true;
  let load = null;

  const tell = () => {
    const seconds = Math.round((Date.now() - taken) / 1000);
    const minutes = Math.floor(seconds / 60);
    const old = minutes ? (zh ? `${minutes} 分钟前` : `${minutes} min ago`) : zh ? `${seconds} 秒前` : `${seconds} s ago`;
    const gone = zh ? "服务器无法连接，以下为旧数据。" : "The server cannot be reached; what is shown stands still.";
    age.textContent = `${told} (${old})${reached ? "" : ` – ${gone}`}`;
    wall.classList.toggle("stale", !reached);
  };

  const refresh = async () => {
    try {
      const answer = await window.minewatch.send(wall.dataset.wall, { redirect: "error" });
      if (!answer.ok) throw new Error(String(answer.status));
      const data = await answer.json();
      reached = true;
      taken = Date.now();
      told = `${zh ? "截至" : "As of"} ${data.clock}`;
      if (figures) figures.innerHTML = data.figures; // our own page, escaped where it was made
      const chart = wall.querySelector(".chart[data-chart]");
      if (chart && load !== null && load !== data.load) window.minewatchDraw(chart);
      load = data.load;
    } catch {
      reached = false;
    }
    tell();
  };

  setInterval(refresh, EVERY);
  setInterval(tell, 1000);
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden && Date.now() - taken > EVERY) refresh();
  });
  window.addEventListener("online", refresh);
  window.minewatchWall = refresh;
  tell();
})();
