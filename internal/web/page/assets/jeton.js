// Comfort for the pages, all of which work without it: copying, showing and
// hiding values, forms in a dialog, watching for the first call of a token,
// guessing the time zone. It knows no words: those come from the page.
"use strict";
(() => {
  const show = (el) => { el.hidden = false; };
  const textOf = (el) => ("value" in el ? el.value : el.textContent);
  const reload = () => location.reload();

  // A region that screen readers are told of.
  const live = document.createElement("p");
  live.className = "away";
  live.setAttribute("role", "status");
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

  // told has a button say for a while what became of copying the element.
  async function told(button, el) {
    const copied = await copies(el);
    if (!copied) select(el);
    const label = button.dataset.label ??= button.textContent;
    const said = copied ? button.dataset.copied : button.dataset.manual;
    button.style.minInlineSize = button.offsetWidth + "px";
    button.textContent = said;
    say(said);
    setTimeout(() => { button.textContent = label; }, copied ? 3000 : 8000);
    return copied;
  }

  // Whether the value that the page shows, if it does, was copied.
  let stored = true;
  addEventListener("beforeunload", (event) => {
    if (stored) return;
    stored = true; // asked once
    event.preventDefault();
  });
  // A page that a browser keeps for Back keeps no value.
  addEventListener("pagehide", () => {
    if (document.getElementById("secret")) document.getElementById("main").replaceChildren();
  });
  addEventListener("pageshow", (event) => {
    if (event.persisted && !document.querySelector("h1")) location.replace("/profile/tokens");
  });

  // furnish gives comfort to what is in root: the page, or what is added to it.
  function furnish(root) {
    const all = (selector, act) => root.querySelectorAll(selector).forEach(act);
    all("[data-copy]", (button) => {
      show(button);
      button.addEventListener("click", async () => {
        if (await told(button, document.getElementById(button.dataset.copy))) stored = true;
      });
    });

    // The page with a secret: the value is selected when it is reached, and
    // leaving without it is asked about.
    all("#secret", (field) => {
      stored = false;
      field.addEventListener("focus", () => field.select());
      field.addEventListener("copy", () => { stored = true; });
      all("[data-stored]", (link) => link.addEventListener("click", () => { stored = true; }));
      all("[data-test]", (box) => tests(box, field.value));
    });
    all("[data-watch]", watches);
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
    all("[data-link]", links);
    all("[data-picked]", picks);
    all("form[data-once]", once);

    all("select[data-guess='1']", (select) => {
      const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
      if ([...select.options].some((o) => o.value === zone)) select.value = zone;
    });

    // One menu: Escape closes it, and a click elsewhere, see below.
    all(".menu", (menu) => {
      menu.addEventListener("keydown", (event) => {
        if (event.key === "Escape" && menu.open) {
          menu.open = false;
          menu.querySelector("summary").focus();
        }
      });
    });
    all("a[data-open], form[data-open]", opens);
  }
  document.addEventListener("click", (event) => {
    document.querySelectorAll(".menu").forEach((menu) => { if (!menu.contains(event.target)) menu.open = false; });
  });

  // tests makes the first call from the page.
  function tests(box, secret) {
    show(box);
    const [button, said] = [box.querySelector("button"), box.querySelector("span")];
    button.addEventListener("click", async () => {
      button.disabled = true;
      const began = performance.now();
      try {
        const answer = await fetch(box.dataset.test, {
          headers: { Authorization: "Bearer " + secret }, credentials: "omit", cache: "no-store",
        });
        await answer.text();
        const ms = Math.round(performance.now() - began);
        said.textContent = box.dataset.said.replace("{status}", answer.status).replace("{ms}", ms);
      } catch {
        said.textContent = box.dataset.failed;
      }
      button.disabled = false;
    });
  }

  // watches asks every two seconds whether the token was used, for ten minutes and
  // while the page is looked at.
  function watches(el) {
    show(el);
    let left = 300;
    const ask = async () => {
      if (!el.isConnected) return;
      if (left-- === 0) {
        el.textContent = el.dataset.over;
        return;
      }
      let wait = 2000;
      try {
        const answer = document.hidden ? null : await fetch(el.dataset.watch, { cache: "no-store" });
        if (answer && !answer.ok) wait = 20000; // signed out, or too much to do
        const told = answer?.ok ? await answer.json() : {};
        if (told.text && told.text !== el.textContent) el.textContent = told.text;
        if (told.done) {
          el.classList.add("good");
          return;
        }
      } catch {
        wait = 20000; // no connection
      }
      setTimeout(ask, wait);
    };
    ask();
  }

  // links makes a link to a form, filled in as it is now.
  function links(button) {
    show(button);
    const form = button.closest("form");
    button.addEventListener("click", async () => {
      const data = new FormData(form), query = new URLSearchParams();
      const set = (name, value) => { if (value?.trim()) query.set(name, value.trim()); };
      const life = data.get("expiration"), access = data.get("access");
      set("name", data.get("name"));
      set("note", data.get("note"));
      set("expires", { custom: data.get("date"), never: "never" }[life] ?? (life > 0 ? life + "d" : ""));
      const scopes = [...data.keys()].filter((name) => name.startsWith("scope.")).map((name) => name.slice(6));
      set("scope", access === "choose" ? scopes.join(" ") : access);
      set("networks", data.get("networks")?.split(/\s+/).join(" "));
      let field = form.querySelector(".link");
      if (!field) {
        field = document.createElement("input");
        field.className = "link code";
        field.readOnly = true;
        field.dir = "ltr";
        field.setAttribute("aria-label", button.textContent);
        button.parentElement.after(field);
      }
      field.value = location.origin + button.dataset.link + (query.size ? "?" + query : "");
      await told(button, field);
    });
  }

  // picks says how many rows are ticked; what can be done to them shows while there
  // are any.
  function picks(text) {
    const form = text.closest("form");
    const count = () => {
      const n = document.querySelectorAll(".pick:checked").length;
      text.textContent = text.dataset.picked.replace("#", n);
      form.hidden = n === 0 && !form.querySelector("[aria-invalid]");
      return n;
    };
    document.addEventListener("change", (event) => {
      if (event.target.matches(".pick") && count()) say(text.textContent);
    });
    addEventListener("pageshow", count);
    count();
  }

  // once has a form that makes a token be sent once: the answer to a second click
  // would take the place of the page with the value.
  function once(form) {
    const off = (is) => form.querySelectorAll("button").forEach((button) => { button.disabled = is; });
    form.addEventListener("submit", (event) => setTimeout(() => off(!event.defaultPrevented)));
    addEventListener("pageshow", () => off(false));
  }

  // load asks for a page of the console, without showing it. An XMLHttpRequest
  // reads pages by itself; their scripts do not run.
  function load(method, path, body) {
    return new Promise((done, fail) => {
      const request = new XMLHttpRequest();
      request.open(method, path);
      request.responseType = "document";
      request.onload = () => (request.response ? done(request.response) : fail());
      request.onerror = fail;
      request.send(body);
    });
  }

  // opens has a link, or a form without fields, open its page as a dialog over
  // this one. Whatever is no form for a dialog is gone to as without script.
  function opens(opener) {
    const path = opener.getAttribute("href") ?? opener.getAttribute("action");
    opener.addEventListener(opener.href ? "click" : "submit", async (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey || event.button > 0) return;
      event.preventDefault();
      try {
        const sheet = (await load("GET", path)).querySelector("[data-sheet]");
        if (sheet) return dialog(opener, sheet);
      } catch { /* the page itself says what is wrong */ }
      location.assign(path);
    });
  }

  function dialog(opener, sheet) {
    const box = document.createElement("dialog");
    let typed = false, renewed = false;
    const back = opener.querySelector("button") ?? opener;
    const close = () => {
      if (typed && opener.dataset.ask && !confirm(opener.dataset.ask)) return;
      box.close();
    };
    // fill shows a page in the dialog, under a heading of its own.
    const fill = (from) => {
      const page = document.adoptNode(from), old = page.querySelector("h1");
      const title = document.createElement("h2");
      title.id = "dialog-title";
      title.tabIndex = -1;
      title.append(...old.childNodes);
      old.replaceWith(title);
      page.querySelectorAll("[autofocus]").forEach((el) => { if (!el.matches("#errors, [data-close]")) el.removeAttribute("autofocus"); });
      box.replaceChildren(page);
      furnish(box);
      box.querySelectorAll("a:not([data-close], [href^='#'])").forEach((link) => link.addEventListener("click", (event) => {
        if (typed && opener.dataset.ask && !confirm(opener.dataset.ask)) event.preventDefault();
      }));
      box.querySelectorAll("[data-close]").forEach((link) => link.addEventListener("click", (event) => {
        event.preventDefault();
        close();
      }));
      const first = box.querySelector("#errors, [data-close][autofocus]") ?? title;
      if (box.open) first.focus();
      return first;
    };
    box.setAttribute("aria-labelledby", "dialog-title");
    box.addEventListener("input", () => { typed = true; });
    box.addEventListener("cancel", (event) => event.preventDefault());
    box.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      event.preventDefault();
      close();
    });
    box.addEventListener("close", () => {
      box.remove();
      if (renewed) return reload(); // the forms of this page are those of an earlier session
      back.focus();
    });
    box.addEventListener("submit", async (event) => {
      const form = event.target, button = event.submitter;
      if (form.matches("[data-native]")) return;
      event.preventDefault();
      if (form.inert) return;
      form.inert = true;
      // What the dialog cannot show is asked for again as a page: a form is good
      // for one token, however often it is sent.
      const anew = () => {
        form.inert = false;
        HTMLFormElement.prototype.submit.call(form);
      };
      try {
        const page = await load("POST", form.getAttribute("action"), new URLSearchParams(new FormData(form, button)));
        renewed ||= form.getAttribute("action") === "/confirm";
        const next = page.querySelector("[data-sheet]");
        if (next) fill(next);
        else if (page.getElementById("secret")) turn(page);
        else anew();
      } catch {
        anew();
      }
    });
    const first = fill(sheet);
    document.body.append(box);
    box.showModal();
    first.focus();
  }

  // turn makes this page the one that was answered to a form.
  function turn(page) {
    document.title = page.title;
    document.body.replaceChildren(...document.adoptNode(page.body).childNodes);
    begin();
    scrollTo(0, 0);
    document.querySelector("h1").focus();
  }

  function begin() {
    document.body.append(live);
    furnish(document);
  }
  begin();
})();
