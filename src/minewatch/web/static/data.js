"use strict";
// A job's page follows the job: how far it is every second, the whole page again when it is over.
(() => {
  const box = document.querySelector("[data-follow]");
  if (!box) return;
  const bar = document.getElementById("progress");
  const far = document.getElementById("far");
  const state = document.getElementById("state");
  const look = async () => {
    try {
      const answer = await window.minewatch.send(box.dataset.follow);
      if (answer.ok) {
        const job = await answer.json();
        state.textContent = job.words;
        bar.max = job.all || 1;
        bar.value = job.done;
        far.textContent = `${Math.floor((100 * job.done) / (job.all || 1))} %`;
        if (job.over) {
          window.location.reload();
          return;
        }
      }
    } catch {
      // The server may be restarting: ask again.
    }
    window.setTimeout(look, 1000);
  };
  window.setTimeout(look, 500);
})();
