// Comfort for the pages, all of which work without it: copying, showing and
// hiding values, guessing the time zone. It knows no words: those come from the
// page.
"use strict";
(() => {
  const all = (selector, act) => document.querySelectorAll(selector).forEach(act);
  const show = (el) => { el.hidden = false; };
  const textOf = (el) => ("value" in el ? el.value : el.textContent);

  // A region that screen readers are told of.
  const live = document.createElement("p");
  live.className = "away";
  live.setAttribute("role", "status");
  document.body.append(live);
  const say = (text) => { live.textContent = ""; setTimeout(() => { live.textContent = text; }, 50); };

  function select(el) {
    if (el.select) {
      el.type = "text";
      el.focus();
      el.select();
      el.setSelectionRange(0, el.value.length);
      return;
    }
    const range = document.createRange();
    range.selectNodeContents(el);
    const selection = getSelection();
    selection.removeAllRanges();
    selection.addRange(range);
  }

  // copies reports whether the text is on the clipboard, as far as the browser
  // says so. Without a secure connection there is only the old command.
  async function copies(el) {
    if (navigator.clipboard && isSecureContext) {
      try {
        await navigator.clipboard.writeText(textOf(el));
        return true;
      } catch { /* not allowed: the old command may be */ }
    }
    select(el);
    try {
      return document.execCommand("copy");
    } catch {
      return false;
    }
  }

  let stored = true;
  all("[data-copy]", (button) => {
    show(button);
    const label = button.textContent;
    button.addEventListener("click", async () => {
      const el = document.getElementById(button.dataset.copy);
      const copied = await copies(el);
      if (copied) stored = true;
      else select(el);
      const said = copied ? button.dataset.copied : button.dataset.manual;
      button.style.minInlineSize = button.offsetWidth + "px";
      button.textContent = said;
      say(said);
      setTimeout(() => { button.textContent = label; }, copied ? 3000 : 8000);
    });
  });

  // The page with a secret: the value is selected when it is reached, and leaving
  // without it is asked about.
  all("#secret", (field) => {
    stored = false;
    field.addEventListener("focus", () => field.select());
    field.addEventListener("copy", () => { stored = true; });
    addEventListener("beforeunload", (event) => { if (!stored) event.preventDefault(); });
    all("[data-stored]", (link) => link.addEventListener("click", () => { stored = true; }));
  });
  all("[data-veil]", (button) => {
    show(button);
    const field = document.getElementById(button.dataset.veil);
    button.addEventListener("click", () => {
      const veiled = field.type === "password";
      field.type = veiled ? "text" : "password";
      button.textContent = veiled ? button.dataset.hide : button.dataset.unveil;
    });
  });

  all("[data-show]", (button) => {
    show(button);
    const label = button.textContent;
    const field = document.getElementById(button.dataset.show);
    button.addEventListener("click", () => {
      const hidden = field.type === "password";
      field.type = hidden ? "text" : "password";
      button.textContent = hidden ? button.dataset.hide : label;
      button.setAttribute("aria-pressed", String(hidden));
    });
    field.form.addEventListener("submit", () => { field.type = "password"; });
  });

  all("[data-add]", (button) => {
    show(button);
    const field = document.getElementById(button.dataset.to);
    button.addEventListener("click", () => {
      const lines = field.value.split("\n").map((line) => line.trim()).filter(Boolean);
      if (!lines.includes(button.dataset.add)) lines.push(button.dataset.add);
      field.value = lines.join("\n");
      field.focus();
    });
  });

  all("select[data-guess='1']", (select) => {
    const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
    if ([...select.options].some((o) => o.value === zone)) select.value = zone;
  });

  // One menu: a click elsewhere or Escape closes it.
  all(".menu", (menu) => {
    document.addEventListener("click", (event) => { if (!menu.contains(event.target)) menu.open = false; });
    menu.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && menu.open) {
        menu.open = false;
        menu.querySelector("summary").focus();
      }
    });
  });
})();
