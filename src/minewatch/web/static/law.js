"use strict";
// The slider of the policy map: days between the first and the last dated act; letting go shows the day.
(() => {
  const slide = document.getElementById("slide");
  const field = document.getElementById("on");
  if (!slide || !field) return;
  const day = 86400000;
  const first = Date.parse(slide.dataset.first);
  const count = (text) => Math.round((Date.parse(text) - first) / day);
  slide.min = "0";
  slide.max = String(Math.max(count(slide.dataset.last), 1));
  slide.value = String(count(slide.dataset.on));
  slide.hidden = false;
  slide.addEventListener("input", () => {
    field.value = new Date(first + Number(slide.value) * day).toISOString().slice(0, 10);
    slide.setAttribute("aria-valuetext", field.value);
  });
  slide.addEventListener("change", () => field.form.submit());
})();
