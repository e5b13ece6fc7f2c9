"use strict";
// The form of a visit: every change is kept on the phone at once; finishing it makes a report with a number of its own.
(() => {
  const form = document.querySelector(".visit-form");
  if (!form || !window.visits) return;
  const { actor, t, show, say, sending, ready } = window.visits;
  const store = window.visitStore;
  const root = document.querySelector("[data-visits]");
  const told = form.querySelector("[data-draft]");
  const gallery = form.querySelector("[data-photos]");
  const mostBytes = Number(form.dataset.mostBytes);
  const mostPhotos = Number(form.dataset.mostPhotos);
  const draft = { case: form.dataset.case, owner: actor, site: document.querySelector("h1").firstChild.textContent.trim(), fields: {}, photos: [], signatures: {} };

  const sha256 = async (blob) => {
    const bytes = new Uint8Array(await crypto.subtle.digest("SHA-256", await blob.arrayBuffer()));
    return [...bytes].map((one) => one.toString(16).padStart(2, "0")).join("");
  };

  const number = () => {
    // crypto.randomUUID needs https; localhost has it too
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    bytes[6] = (bytes[6] & 0x0f) | 0x40;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    const hex = [...bytes].map((one) => one.toString(16).padStart(2, "0")).join("");
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
  };

  // The time of the workspace's zone, by the server's clock as last seen: a phone's own may be wrong.
  const timeHere = async () => {
    const clock = await store.get("facts", "clock");
    const at = new Date(Date.now() + (clock ? clock.value : 0) + Number(root.dataset.offset) * 60_000);
    return at.toISOString().slice(0, 16);
  };

  const collect = () => {
    draft.fields = {};
    for (const [name, value] of new FormData(form)) if (typeof value === "string" && value !== "") draft.fields[name] = value;
  };

  let pending = Promise.resolve();
  const keep = () => {
    collect();
    const now = { ...draft, photos: [...draft.photos], signatures: { ...draft.signatures } };
    pending = pending
      .then(() => store.put("drafts", now))
      .then(() => {
        told.textContent = t("Kept on this phone.", "已保存在本机。");
        form.dataset.drafted = "yes";
      })
      .catch((error) => say(`${t("This phone could not keep the form", "本机无法保存表单")}: ${error.message}`));
    return pending;
  };

  const paint = () => {
    gallery.replaceChildren(
      ...draft.photos.map((photo, place) => {
        const figure = document.createElement("figure");
        const picture = document.createElement("img");
        picture.src = URL.createObjectURL(photo.blob);
        picture.alt = `${t("Photo", "照片")} ${place + 1}`;
        picture.addEventListener("load", () => URL.revokeObjectURL(picture.src));
        const caption = document.createElement("figcaption");
        caption.textContent = `${(photo.blob.size / 1e6).toFixed(1)} MB · ${photo.digest.slice(0, 8)}`;
        const away = document.createElement("button");
        away.type = "button";
        away.className = "button";
        away.textContent = t("Take away", "删除");
        away.addEventListener("click", () => {
          draft.photos.splice(place, 1);
          paint();
          keep();
        });
        figure.append(picture, caption, away);
        return figure;
      }),
    );
  };

  const restore = async () => {
    const held = await store.get("drafts", draft.case);
    if (held && held.owner === actor) {
      draft.photos = held.photos || [];
      draft.signatures = held.signatures || {};
      for (const [name, value] of Object.entries(held.fields)) {
        const field = form.elements[name];
        if (field instanceof RadioNodeList) field.value = value;
        else if (field) field.value = value;
      }
      told.textContent = t("Taken up again as it was kept on this phone.", "已恢复本机保存的内容。");
      form.dataset.drafted = "yes";
    }
    if (!form.elements.at.value) form.elements.at.value = await timeHere();
    paint();
    for (const canvas of form.querySelectorAll("canvas")) await signature(canvas);
  };

  form.querySelector("#photos").addEventListener("change", async (event) => {
    const field = event.target;
    for (const file of [...field.files]) {
      if (file.size > mostBytes || draft.photos.length >= mostPhotos) {
        say(t(`A photo may have ${mostBytes / 1e6} MB, a report ${mostPhotos} photos.`, `单张照片不超过 ${mostBytes / 1e6} MB，每份报告不超过 ${mostPhotos} 张。`));
        continue;
      }
      const blob = new Blob([await file.arrayBuffer()], { type: file.type }); // the file itself may be gone after a reload
      draft.photos.push({ blob, digest: await sha256(blob) });
    }
    field.value = "";
    paint();
    await keep();
  });

  const signature = async (canvas) => {
    const n = canvas.dataset.sign;
    const pen = canvas.getContext("2d");
    const clear = () => {
      pen.fillStyle = "#fff";
      pen.fillRect(0, 0, canvas.width, canvas.height);
      pen.strokeStyle = "#111";
      pen.lineWidth = 3;
      pen.lineCap = "round";
    };
    const place = (event) => {
      const box = canvas.getBoundingClientRect();
      return [((event.clientX - box.left) * canvas.width) / box.width, ((event.clientY - box.top) * canvas.height) / box.height];
    };
    clear();
    if (draft.signatures[n]) pen.drawImage(await createImageBitmap(draft.signatures[n].blob), 0, 0);
    let down = false;
    canvas.addEventListener("pointerdown", (event) => {
      down = true;
      canvas.setPointerCapture(event.pointerId);
      pen.beginPath();
      pen.moveTo(...place(event));
    });
    canvas.addEventListener("pointermove", (event) => {
      if (!down) return;
      pen.lineTo(...place(event));
      pen.stroke();
    });
    canvas.addEventListener("pointerup", () => {
      down = false;
      canvas.toBlob(async (blob) => {
        draft.signatures[n] = { blob, digest: await sha256(blob) };
        keep();
      }, "image/png");
    });
    form.querySelector(`[data-unsign="${n}"]`).addEventListener("click", () => {
      clear();
      delete draft.signatures[n];
      keep();
    });
  };

  form.querySelector("[data-locate]").addEventListener("click", () => {
    const words = form.querySelector("[data-located]");
    if (!navigator.geolocation) {
      words.textContent = t("This device does not tell its place; type it.", "设备不提供位置，请手动填写。");
      return;
    }
    words.textContent = t("Looking…", "正在定位…");
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        form.elements.location.value = `${coords.latitude.toFixed(5)},${coords.longitude.toFixed(5)}`;
        words.textContent = t(`within ${Math.round(coords.accuracy)} m`, `误差约 ${Math.round(coords.accuracy)} 米`);
        keep();
      },
      () => {
        words.textContent = t("The place was not given; type it.", "未获得位置，请手动填写。");
      },
      { enableHighAccuracy: true, timeout: 20_000 },
    );
  });

  form.addEventListener("input", keep);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (!form.reportValidity()) return;
    collect();
    const fields = draft.fields;
    const people = [1, 2].filter((n) => (fields[`inspector-${n}`] || "").trim());
    const signed = people.map((n) => draft.signatures[n]).filter(Boolean);
    const submission = number();
    const report = {
      submission,
      case: draft.case,
      site: draft.site,
      owner: actor,
      state: "kept",
      files: [...draft.photos, ...signed].map(({ blob, digest }) => ({ blob, digest, sent: false })),
      draft: { fields, photos: draft.photos, signatures: draft.signatures },
      body: {
        submission,
        at: fields.at,
        found: fields.found,
        inspectors: people.map((n) => fields[`inspector-${n}`].trim()),
        machines: fields.machines ? Number(fields.machines) : null,
        running: { yes: true, no: false }[fields.running] ?? null,
        location: (fields.location || "").replace("，", ",").replaceAll(" ", ""),
        checks: Object.entries(fields).filter(([name]) => name.startsWith("check:")).map(([name, value]) => `${name.slice(6)}=${value}`),
        photos: draft.photos.map((one) => one.digest),
        signatures: people.map((n) => draft.signatures[n]?.digest || ""),
      },
    };
    try {
      await pending;
      await store.put("reports", report);
      await store.drop("drafts", draft.case);
    } catch (error) {
      say(`${t("This phone could not keep the report", "本机无法保存报告")}: ${error.message}`);
      return;
    }
    draft.photos = [];
    draft.signatures = {};
    form.reset();
    form.dataset.drafted = "";
    told.textContent = t("The report is finished and kept on this phone.", "报告已完成并保存在本机。");
    for (const canvas of form.querySelectorAll("canvas")) canvas.getContext("2d").fillRect(0, 0, canvas.width, canvas.height);
    form.elements.at.value = await timeHere();
    paint();
    await show();
    root.scrollIntoView();
    await sending();
  });

  ready.then(restore);
})();
