// Keeps what is being typed, so that nothing is lost when a page goes: at a pause into this window's own storage, and back
// into the form when the page is opened again. Every page works without it. It stays with the window and the person, goes
// when the form has been kept or somebody signs out, and never holds a password or a file.
"use strict";
(() => {
  const who = document.body.dataset.me;
  const store = (() => {
    try {
      return window.sessionStorage;
    } catch {
      return null;
    }
  })();
  if (!store) return;
  const MARK = "typed ";
  const PAUSE = 400;
  const ours = () => Object.keys(store).filter((key) => key.startsWith(MARK));
  const read = (key) => {
    try {
      return JSON.parse(store.getItem(key));
    } catch {
      return null;
    }
  };
  const forget = (key) => store.removeItem(key);

  const kept = document.querySelector(".said[role=status]:not(.back)") !== null;
  const refused = document.querySelector(".problem") !== null;
  for (const key of ours()) {
    const record = read(key);
    // Another person's words are nobody's to read; what was sent and kept is in the record now.
    if (!record || (who && record.who !== who)) forget(key);
    else if (record.sent && kept && !refused) forget(key);
    else if (record.sent) store.setItem(key, JSON.stringify({ ...record, sent: false }));
  }
  if (!who) return;

  const typed = (control) => control.name && !["password", "file", "submit", "button", "image", "reset"].includes(control.type);
  // What the page itself put there goes along: by it a form that is stale is known as stale.
  const along = (control) => control.type === "hidden" && ["seen", "list", "version", "digest", "once"].includes(control.name);
  const fields = (form) => [...form.elements].filter((control) => typed(control) && (control.type !== "hidden" || along(control)));
  const choice = (control) => control.type === "checkbox" || control.type === "radio";
  const value = (control) => (choice(control) ? control.checked : control.value);
  const same = (one, other) => one.length === other.length && one.every(([name, was], n) => name === other[n][0] && was === other[n][1]);
  const values = (form) => fields(form).map((control) => [choice(control) ? `${control.name}=${control.value}` : control.name, value(control)]);

  const forms = [...document.querySelectorAll("form")].filter((form) => form.method === "post" && fields(form).some((control) => control.type !== "hidden"));
  const secret = (form) => [...form.elements].some((control) => control.type === "password" || control.type === "file");
  const times = new Map();
  for (const form of forms.filter((form) => !secret(form))) {
    // Where it goes to names it: a finding is begun beside the notes, and put right on a page of its own.
    const to = new URL(form.action).pathname;
    const nth = times.get(to) ?? 0;
    times.set(to, nth + 1);
    const key = `${MARK}${to} ${nth}`;
    const drawn = values(form);
    const record = read(key);
    if (record && !refused) {
      bring(form, record);
      if (same(values(form), drawn)) forget(key);
      else say(form, key);
    }
    let waits = 0;
    const keep = (sent) => {
      clearTimeout(waits);
      const now = values(form);
      if (!sent && same(now, drawn) && !read(key)) return;
      try {
        store.setItem(key, JSON.stringify({ who, values: now, sent }));
      } catch {
        // The storage is full or shut: the form works as it does without this.
      }
    };
    form.addEventListener("input", () => {
      clearTimeout(waits);
      waits = setTimeout(() => keep(false), PAUSE);
    });
    form.addEventListener("change", () => keep(false));
    form.addEventListener("submit", () => keep(true));
    window.addEventListener("pagehide", () => {
      if (!read(key)?.sent && !same(values(form), drawn)) keep(false);
    });
  }
  // A form that waited at the door is sent on from a page that only carries it.
  for (const form of [...document.querySelectorAll("form")].filter((form) => form.method === "post" && !forms.includes(form))) {
    form.addEventListener("submit", () => {
      for (const key of ours().filter((key) => key.startsWith(`${MARK}${new URL(form.action).pathname} `))) store.setItem(key, JSON.stringify({ ...read(key), sent: true }));
    });
  }
  // Whoever signs out leaves nothing behind.
  for (const form of document.querySelectorAll('form[action="/sign-out"]')) form.addEventListener("submit", () => ours().forEach(forget));

  function bring(form, record) {
    const left = [...record.values];
    fields(form).forEach((control, n) => {
      const [name] = values(form)[n];
      const at = left.findIndex(([known]) => known === name);
      if (at < 0) return;
      const [[, was]] = left.splice(at, 1);
      if (choice(control)) control.checked = was;
      else control.value = was;
      const folded = control.closest("details");
      if (folded && control.type !== "hidden" && was) folded.open = true;
    });
  }

  function say(form, key) {
    const note = document.createElement("p");
    note.className = "said back";
    note.setAttribute("role", "status");
    note.append("What you had typed here and not sent is back. ");
    const away = document.createElement("button");
    away.type = "button";
    away.className = "button plain";
    away.textContent = "Throw it away";
    away.addEventListener("click", () => {
      forget(key);
      form.reset();
      note.remove();
    });
    note.append(away);
    form.prepend(note);
  }
})();
