/* The site's own script. Everything works without it; it makes things quicker. Attributes it reads: docs/design.md. */
"use strict";
(() => {
  const $ = (selector, root = document) => root.querySelector(selector);
  const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];
  const TOAST_MS = 10000;
  const DRAG_AFTER_PX = 4;
  document.documentElement.classList.add("js");

  /* Said to people who do not see the page: at most one message a second, each region its own queue. */
  const queues = { polite: [], assertive: [] };
  const sayNext = (kind) => {
    const region = $(`#live-${kind}`);
    if (region) region.textContent = queues[kind][0];
    setTimeout(() => {
      queues[kind].shift();
      if (queues[kind].length) sayNext(kind);
    }, 1000);
  };
  const announce = (text, kind = "polite") => {
    if (!text || queues[kind].at(-1) === text) return;
    if (queues[kind].push(text) === 1) sayNext(kind);
  };

  const spoken = new Map();
  const announceMarked = (root) => {
    for (const node of $$("[data-announce], [data-announce-now]", root)) {
      const now = node.dataset.announceNow;
      const text = now || node.dataset.announce || node.textContent.trim();
      const key = node.id || node.closest("[id]")?.id;
      if (spoken.get(key) === text) continue;
      const first = !spoken.has(key);
      spoken.set(key, text);
      if (!first || now) announce(text, now ? "assertive" : "polite");
    }
  };

  /* Toasts stay ten seconds, longer while focus or pointer is on them. */
  const endToast = (toast) => setTimeout(() => {
    if (toast.matches(":hover, :focus-within")) endToast(toast);
    else toast.remove();
  }, TOAST_MS);
  const startToasts = () => $$("[data-toast]:not([data-seen])").forEach((toast) => {
    toast.dataset.seen = "";
    const undo = $("button, a", toast);
    announce($("span", toast).textContent.trim() + (undo ? `. ${undo.textContent.trim()} available` : ""));
    endToast(toast);
  });
  const toast = (text) => {
    const region = $("#toasts");
    if (!region) return;
    const box = document.createElement("div");
    const words = document.createElement("span");
    box.className = "toast";
    box.dataset.toast = "";
    words.textContent = text;
    box.append(words);
    region.append(box);
    startToasts();
  };

  const copy = async (button) => {
    const source = $(button.dataset.copy);
    const text = "value" in source ? source.value : source.textContent.trim();
    try {
      await navigator.clipboard.writeText(text);
      toast(button.dataset.copied || "Copied");
    } catch {
      if (source.select) source.select();
      toast("Copy it with Ctrl C: the browser does not let a page do it");
    }
  };

  const applyTheme = async (event) => {
    event.preventDefault();
    const data = new FormData(event.target, event.submitter);
    document.documentElement.dataset.theme = data.get("theme");
    announce(`${data.get("theme") === "dark" ? "Dark" : "Light"} colours`);
    $$("button", event.target).find((one) => one.offsetParent)?.focus();
    await fetch(event.target.action, { method: "POST", body: data, redirect: "manual" });
  };

  const filterList = (input) => {
    const words = input.value.trim().toLowerCase();
    const list = $(input.dataset.filter);
    for (const item of $$("[data-filter-text]", list)) {
      item.hidden = words !== "" && !item.dataset.filterText.toLowerCase().includes(words);
    }
    if (words) for (const more of $$("details", list)) more.open = true;
  };

  const openDialog = (id) => {
    const dialog = document.getElementById(id);
    if (dialog && !dialog.open) dialog.showModal();
  };

  /* ---- the map ---- */
  const designer = () => $("#designer");
  const baseUrl = () => designer().dataset.url;
  const writable = () => designer() && "writable" in designer().dataset;
  const token = () => $("input[name=csrfmiddlewaretoken]")?.value;
  const swap = { target: "#designer", swap: "outerHTML" };
  const keep = () => $("#view")?.dataset.keep || "?"; // filter and view, for links that go on
  const base = () => $("#plan-header [name=base]")?.value || designer().dataset.base; // the header is new after every save
  /* A key pressed while an answer is on its way waits for it: that answer may replace what the next one aims at. */
  let busy = Promise.resolve();
  document.addEventListener("htmx:beforeSend", (event) => {
    const answered = new Promise((done) => event.detail.xhr.addEventListener("loadend", () => setTimeout(done)));
    busy = Promise.all([busy, answered]);
  });
  const load = (url) => busy.then(() => htmx.ajax("GET", url, swap));
  const send = async (url, values = {}) => {
    await busy;
    return htmx.ajax("POST", url, { ...swap, values: { base: base(), csrfmiddlewaretoken: token(), ...values } });
  };
  const press = (key) => {
    const find = () => $(`#panel [data-key="${key}"]`) || $(`main [data-key="${key}"]`) || $(`[data-key="${key}"]`);
    const found = find();
    if (!found) return false;
    if (found.tagName === "FORM") busy.then(() => find()?.requestSubmit());
    else if (found.tagName === "INPUT") found.focus();
    else found.click();
    return true;
  };
  const shown = (selector) => $$(`#map ${selector}`).filter((one) => one.offsetParent !== null);
  const current = () => {
    const focused = document.activeElement?.closest("#map [data-select]");
    return focused?.dataset.select || $("#map [aria-current]")?.dataset.select || "";
  };
  const editUrl = (select) => {
    const [kind, slug] = select.split(":");
    if (slug) return `${baseUrl()}${kind}s/${slug}/`;
    return `${baseUrl()}datasets/${select}/`;
  };
  const step = (list, by) => {
    const at = list.indexOf(document.activeElement);
    list[Math.min(Math.max(at + by, 0), list.length - 1)]?.focus();
  };
  let cameFrom = "";
  const followLine = (toStore) => {
    const here = document.activeElement;
    if (toStore) {
      cameFrom = here.dataset.select;
      const slug = (here.dataset.stores || "").split(" ")[0];
      if (slug) document.getElementById(`store-${slug}`)?.focus();
      return;
    }
    const holds = here.closest("[data-holds]")?.dataset.holds.split(" ") || [];
    const held = holds.includes(cameFrom) ? cameFrom : holds[0];
    if (held) $(`#map .map-row [data-select="${CSS.escape(held)}"]`)?.focus();
  };
  const arrows = (event) => {
    const here = document.activeElement;
    if (here.closest("#move-list") || here.id === "move-filter") return moveListKeys(event);
    if (here.id === "only-words" && event.key === "ArrowDown") return focusMap();
    if (!here.closest("#map") || typing(here)) return false;
    const list = shown(here.closest(".store-card") ? ".store-card__link" : ".map-row__link, .service__link");
    if (event.key === "ArrowDown") step(list, 1);
    else if (event.key === "Home") list[0]?.focus();
    else if (event.key === "End") list.at(-1)?.focus();
    else if (event.key === "ArrowUp") step(list, -1);
    else followLine(event.key === "ArrowRight");
    return true;
  };
  const focusMap = () => (($("#map [aria-current]") || shown(".map-row__link")[0])?.focus(), true);
  const moveListKeys = (event) => {
    const links = $$("#move-list .verdict__link").filter((one) => one.offsetParent !== null);
    const at = links.indexOf(document.activeElement);
    if (event.key === "ArrowDown") links[Math.min(at + 1, links.length - 1)]?.focus();
    else if (event.key === "ArrowUp" && at > 0) links[at - 1].focus();
    else if (event.key === "ArrowUp") $("#move-filter")?.focus();
    else return false;
    return true;
  };
  const enter = () => {
    const here = document.activeElement;
    if (here.id === "move-filter") {
      const first = $$("#move-list .verdict__link").find((one) => one.offsetParent !== null);
      first?.focus();
      first?.click();
      return true;
    }
    if (!here.matches(".verdict__link[aria-current]")) return false;
    $("#move-now")?.click();
    return Boolean($("#move-now"));
  };
  const remove = () => {
    if (ticked().length) return $("#bulk-remove").click(), true;
    const select = current();
    if (!select || select.includes(":")) return press("remove");
    send(`${baseUrl()}datasets/${select}/remove/`);
    return true;
  };
  const mapKeys = {
    m: () => ticked().length ? ($("#bulk-to").focus(), true) : current() && !current().includes(":") && (load(`${baseUrl()}datasets/${current()}/move/${keep()}`), true),
    n: () => press("new"),
    e: () => current() && (location.assign(editUrl(current())), true),
    Delete: remove,
    "[": focusMap,
    "]": () => ($("#panel-title")?.focus(), true),
    0: () => zoomTo("fit"),
    1: () => zoomTo("100"),
    "+": () => zoomBy(1),
    "=": () => zoomBy(1),
    "-": () => zoomBy(-1),
  };
  const readKeys = new Set(["[", "]", "0", "1", "+", "=", "-"]);
  const typing = (target) => target.closest("input:not([type=radio], [type=checkbox], [type=range]), textarea, select, [contenteditable]");
  const singleKeys = () => localStorage.getItem("single-keys") !== "off";

  const leave = (target) => {
    if (target.id === "only-words") return target.value === "" && focusMap(); // full: the browser empties it
    return untick() || press("close");
  };

  /* ---- the size of the map: the steps are plain CSS; only "fit" has to be measured ---- */
  const zooms = () => $$("input[name=zoom]").filter((one) => one.parentElement.offsetParent !== null);
  const fitted = new CSSStyleSheet(); // not a style attribute: htmx would copy it, and the site's policy forbids those
  document.adoptedStyleSheets.push(fitted);
  const zoomed = () => {
    const chosen = zooms().find((one) => one.value === (localStorage.getItem("zoom") || "100"));
    const map = $("#map");
    if (!chosen || !map) return;
    chosen.checked = true;
    fitted.replaceSync("");
    if (chosen.value !== "fit") return;
    const room = innerHeight - (map.getBoundingClientRect().top + scrollY) - 16;
    fitted.replaceSync(`#map { zoom: ${Math.min(1, Math.max(0.35, room / map.offsetHeight))} }`);
  };
  const zoomTo = (value) => {
    if (!zooms().length) return false;
    localStorage.setItem("zoom", value);
    zoomed();
    announce(value === "fit" ? "The whole map" : `${value} %`);
    return true;
  };
  const zoomBy = (by) => {
    const steps = zooms().filter((one) => one.value !== "fit");
    const at = steps.findIndex((one) => one.checked);
    const next = steps[at < 0 ? steps.length - 2 + by : Math.min(Math.max(at + by, 0), steps.length - 1)];
    return next ? zoomTo(next.value) : false;
  };
  addEventListener("resize", zoomed);

  const undoKeys = (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.altKey || typing(event.target)) return false;
    const key = event.key.toLowerCase();
    if (key !== "z" && key !== "y") return false;
    return press(key === "y" || event.shiftKey ? "redo" : "undo");
  };
  const plainKeys = (event) => {
    if (event.target.matches("[data-cell]")) return cellKeys(event);
    if (designer() && tickKeys(event)) return true;
    if (event.key === "Enter") return enter();
    if (event.key === "Escape") return designer() ? leave(event.target) : false;
    if (/^(Arrow|Home$|End$)/.test(event.key)) return designer() ? arrows(event) : false;
    if (typing(event.target) || !singleKeys()) return false;
    if (event.key === "/") return press("search");
    if (event.key === "?") return openDialog("keys"), true;
    if ($("#queue, .decision, #review-list")) return /^[jkpsx]$/i.test(event.key) && press(event.key.toLowerCase());
    if (!designer() || (!writable() && !readKeys.has(event.key))) return false;
    const act = mapKeys[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    return act ? act() : false;
  };
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing || $("dialog[open]")) return;
    const held = event.ctrlKey || event.metaKey || event.altKey;
    if (held ? undoKeys(event) || tickAll(event) : plainKeys(event)) event.preventDefault();
  });

  /* Under the pointer a row's lines stay bright and the others fade. */
  const brighten = (target) => {
    const map = $("#map");
    if (!map) return;
    const row = target?.closest?.("#map [data-row]")?.dataset.row;
    const store = target?.closest?.("#map [data-store]")?.dataset.store;
    map.classList.toggle("map--hover", Boolean(row || store));
    for (const edge of $$("[data-edge]", map)) {
      edge.classList.toggle("is-hover", edge.dataset.edge === row || edge.dataset.to === store);
    }
  };
  document.addEventListener("pointerover", (event) => brighten(event.target));
  document.addEventListener("focusin", (event) => brighten(event.target));

  /* ---- several data sets at once: boxes that the style sheet shows; Space, Shift and Ctrl tick them ---- */
  const boxes = () => $$("[name=at]").filter((one) => one.type === "checkbox");
  const ticked = () => boxes().filter((one) => one.checked);
  const counted = () => {
    const count = $("#bulk-count");
    if (!count) return;
    const text = `${ticked().length} chosen`;
    if (ticked().length && count.textContent !== text) announce(text);
    count.textContent = text;
  };
  const boxOf = (link) => link && $("[name=at]", link.closest("[data-row], tr") || link);
  let lastBox = null;
  const tick = (box, on = !box.checked) => {
    box.checked = on;
    lastBox = box.value;
    counted();
    return true;
  };
  const tickTo = (box) => {
    const all = boxes();
    const from = all.findIndex((one) => one.value === lastBox);
    const to = all.indexOf(box);
    for (const one of all.slice(Math.min(from < 0 ? to : from, to), Math.max(from, to) + 1)) one.checked = true;
    counted();
  };
  const untick = () => {
    const some = ticked();
    for (const one of some) one.checked = false;
    counted();
    return some.length > 0;
  };
  const tickKeys = (event) => {
    const box = boxOf(document.activeElement.closest("#map .map-row__link"));
    if (event.key === " ") return box ? tick(box) : false;
    if (!event.shiftKey || !/^Arrow(Up|Down)$/.test(event.key) || !box) return false;
    tick(box, true);
    step(shown(".map-row__link"), event.key === "ArrowDown" ? 1 : -1);
    const next = boxOf(document.activeElement);
    return next ? tick(next, true) : true;
  };
  const tickAll = (event) => {
    if (event.key.toLowerCase() !== "a" || !(event.ctrlKey || event.metaKey) || !event.target.closest("#map")) return false;
    for (const one of boxes()) one.checked = true;
    counted();
    return true;
  };
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("#map .map-row__link");
    const box = boxOf(link);
    if (event.target.id === "bulk-clear") untick();
    if (!box || !(event.shiftKey || event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    event.stopPropagation();
    if (event.shiftKey) tickTo(box);
    else tick(box);
    link.focus();
  }, true);
  /* What is ticked stays so while one looks around; after an edit the server says what is. */
  document.addEventListener("htmx:configRequest", (event) => {
    if (event.detail.verb === "post" && event.target.closest("#designer")) event.detail.formData.set("base", base());
  });
  let keptBoxes = [];
  document.addEventListener("htmx:beforeRequest", (event) => {
    keptBoxes = event.detail.requestConfig.verb === "get" ? ticked().map((one) => one.value) : [];
  });
  const retick = () => {
    for (const one of boxes()) if (keptBoxes.includes(one.value)) one.checked = true;
    counted();
  };

  /* ---- cells of the table: saved one after the other when they are left ---- */
  let saving = Promise.resolve();
  const saveCell = (box) => {
    const values = () => ({ base: base(), csrfmiddlewaretoken: token(), [box.name]: box.value });
    saving = saving.then(() => htmx.ajax("POST", $("#cells").action, { source: box, swap: "none", values: values() }));
  };
  const cellKeys = (event) => {
    const box = event.target;
    const down = event.key === "ArrowDown" || event.key === "Enter";
    if (event.key === "Escape" && box.tagName === "INPUT") {
      box.value = box.defaultValue;
      return true;
    }
    if (!(down || event.key === "ArrowUp") || (box.tagName === "SELECT" && event.key !== "Enter")) return false;
    const column = $$("[data-cell]").filter((one) => one.name.split(":")[1] === box.name.split(":")[1]);
    column[column.indexOf(box) + (down ? 1 : -1)]?.focus();
    return true;
  };

  document.addEventListener("paste", (event) => {
    const box = event.target.closest?.("[data-cell]");
    const text = event.clipboardData?.getData("text/plain").replace(/[\r\n]+$/, "") || "";
    if (!box || !/[\t\n]/.test(text)) return;
    event.preventDefault();
    const rows = $$("#table-view tr[data-path]");
    const form = $("#paste");
    const { column, places, text: field } = form.elements;
    field.value = text;
    column.value = box.name.split(":")[1];
    places.value = rows.slice(rows.indexOf(box.closest("tr"))).map((one) => one.dataset.path).join(" ");
    form.submit();
  });

  /* ---- dragging a data set to a store; the same verdicts and the same form as the list ---- */
  let drag = null;
  const ghostOf = (name) => {
    const ghost = document.createElement("div");
    ghost.className = "drag-ghost";
    ghost.textContent = name;
    document.body.append(ghost);
    document.documentElement.classList.add("is-dragging");
    return ghost;
  };
  const storeUnder = (event) => document.elementFromPoint(event.clientX, event.clientY)?.closest("#map [data-store]");
  const dragTo = (event) => {
    drag.ghost.style.transform = `translate(${event.clientX}px, ${event.clientY}px)`;
    const over = storeUnder(event);
    for (const card of $$("#map [data-store]")) card.classList.toggle("is-target", card === over);
    if (over && over.dataset.store !== drag.over) {
      drag.over = over.dataset.store;
      announce(`${drag.over}: ${$(".verdict__label", over)?.textContent.trim() || ""}`);
    }
  };
  const endDrag = () => {
    drag?.ghost?.remove();
    drag = null;
    document.documentElement.classList.remove("is-dragging");
  };
  const drop = (event) => {
    const { path } = drag;
    const card = storeUnder(event);
    endDrag();
    const url = `${baseUrl()}datasets/${path}/move/`;
    if (!card || card.dataset.verdict === "now") load(`${baseUrl()}${keep()}select=${path}`);
    else if (card.dataset.verdict === "refused") load(`${url}${keep()}to=${card.dataset.store}`);
    else send(url, { to: card.dataset.store });
  };
  document.addEventListener("pointerdown", (event) => {
    const grip = event.target.closest("[data-drag]");
    if (!grip || event.button !== 0 || !writable()) return;
    event.preventDefault();
    const row = grip.closest("[data-row]");
    drag = { path: row.dataset.row, name: row.dataset.name, x: event.clientX, y: event.clientY, ghost: null };
  });
  document.addEventListener("pointermove", (event) => {
    if (!drag) return;
    if (!drag.ghost) {
      if (Math.hypot(event.clientX - drag.x, event.clientY - drag.y) < DRAG_AFTER_PX) return;
      drag.ghost = ghostOf(drag.name);
      load(`${baseUrl()}datasets/${drag.path}/move/${keep()}`);
    }
    dragTo(event);
  });
  document.addEventListener("pointerup", (event) => {
    if (drag?.ghost) drop(event);
    else drag = null;
  });
  document.addEventListener("pointercancel", endDrag);
  document.addEventListener("keydown", (event) => {
    if (drag?.ghost && event.key === "Escape") endDrag();
  }, true);

  /* ---- clicks, forms, what htmx brings ---- */
  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-dialog]");
    if (opener) openDialog(opener.dataset.dialog);
    const copier = event.target.closest("[data-copy]");
    if (copier) copy(copier);
    const line = event.target.closest("a[data-line]");
    if (line && toLine(line)) event.preventDefault();
    if (event.target.closest("[aria-disabled=true]")) event.preventDefault();
    if (event.target.tagName === "DIALOG") event.target.close();
    for (const menu of $$("details.menu[open]")) if (!menu.contains(event.target)) menu.open = false;
  });
  document.addEventListener("keydown", (event) => {
    const menu = event.key === "Escape" && event.target.closest?.("details.menu[open]");
    if (!menu) return;
    menu.open = false;
    $("summary", menu).focus();
    event.preventDefault();
  }, true);
  document.addEventListener("submit", (event) => {
    if (event.target.matches("[data-theme-form]")) applyTheme(event);
  });
  document.addEventListener("change", (event) => {
    if (event.target.id === "single-keys") localStorage.setItem("single-keys", event.target.checked ? "on" : "off");
    if (event.target.name === "at") tick(event.target, event.target.checked);
    if (event.target.matches("[data-cell]")) saveCell(event.target);
    if (event.target.name === "zoom") zoomTo(event.target.value);
    event.target.closest("[data-autosubmit]")?.requestSubmit();
  });
  document.addEventListener("input", (event) => {
    if (event.target.matches("[data-filter]")) filterList(event.target);
    if (event.target.id === "text") numberLines(event.target);
    const shownIn = event.target.dataset.shows && $(event.target.dataset.shows);
    if (shownIn) shownIn.textContent = event.target.value;
  });

  /* A preview fills the words of an error without touching the form; the control learns of it here. */
  const markInvalid = () => {
    for (const error of $$(".field__error[id]")) {
      const boxes = $$("input, select, textarea", error.parentElement).filter((one) => one.type !== "hidden");
      const bad = error.textContent.trim() !== "";
      for (const box of boxes) {
        if (!bad) box.removeAttribute("aria-invalid");
        else if (boxes.length === 1) box.setAttribute("aria-invalid", "true");
      }
    }
  };
  const toLine = (link) => {
    const text = $(link.getAttribute("href"));
    const line = Number(link.dataset.line);
    if (!text || !line) return false;
    const before = text.value.split("\n").slice(0, line - 1).join("\n").length;
    const at = (line > 1 ? before + 1 : 0) + Math.max(Number(link.dataset.column) - 1, 0);
    text.focus();
    text.setSelectionRange(at, at);
    text.scrollTop = Math.max(0, (line - 4) * 20);
    if (text.closest(".code-edit")) scrollTo({ top: text.getBoundingClientRect().top + scrollY + (line - 6) * 20 });
    return true;
  };
  const numberLines = (text) => {
    const gutter = text.closest(".code-edit")?.firstElementChild;
    if (!gutter) return;
    const first = Number($$("[data-line]", gutter).at(-1)?.dataset.line || 0) + 1;
    const count = text.value.split("\n").length - first + 1;
    const numbers = Array.from({ length: Math.max(count, 0) }, (_, at) => first + at).join("\n");
    if (gutter.lastChild?.nodeType === Node.TEXT_NODE) gutter.lastChild.data = (first > 1 ? "\n" : "") + numbers;
  };
  const settle = (root) => {
    zoomed();
    startToasts();
    markInvalid();
    announceMarked(root);
    const first = $$("[data-focus]:not([data-had-focus])", root)[0];
    if (first) {
      first.dataset.hadFocus = "";
      first.focus();
    }
    $(".queue__list [aria-current]")?.scrollIntoView({ block: "nearest" });
    $(".tabs [aria-current]")?.scrollIntoView({ inline: "center", block: "nearest" });
  };
  let hadMoveList = false;
  const focusMoveList = () => {
    const filter = $("#move-filter");
    if (filter && !hadMoveList && !drag) filter.focus();
    hadMoveList = Boolean(filter);
  };
  let focusWasInside = false;
  document.addEventListener("htmx:beforeSwap", () => {
    focusWasInside = Boolean(document.activeElement?.closest("#designer, #toasts, .plan-header"));
  });
  const keepFocus = () => {
    if (focusWasInside && document.activeElement === document.body) ($("#map [aria-current]") || $("#panel-title"))?.focus();
  };
  document.addEventListener("htmx:afterSettle", () => {
    settle(document);
    focusMoveList();
    keepFocus();
    retick();
    if (drag?.ghost) document.body.append(drag.ghost);
  });
  document.addEventListener("htmx:responseError", (event) =>
    toast(event.detail.xhr.status >= 500 ? "The server could not do that. Nothing was saved; try again." : "That is not possible any more. Load the page again."));
  document.addEventListener("htmx:sendError", () => toast("No connection. Nothing was sent; try again when you are back."));
  const start = () => {
    const keys = $("#single-keys");
    if (keys) keys.checked = singleKeys();
    settle(document);
    focusMoveList();
    // A page that shows one data set begins there: arrows, M and E work at once.
    if (document.activeElement === document.body) $("#map [aria-current]")?.focus({ preventScroll: true });
  };
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
