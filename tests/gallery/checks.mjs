// What a page is looked over for, inside the browser. Each function answers with what is wrong, in words; empty is well.

/** What stands out over an edge or is cut off, and words parted in the middle, which only those of a real language need not be. */
export function sideways(parted = true) {
  const named = (element) => `${element.tagName.toLowerCase()}.${[...element.classList].join(".")} "${(element.textContent ?? "").trim().slice(0, 40)}"`;
  const wide = document.documentElement.clientWidth;
  const wrong = [];
  if (document.documentElement.scrollWidth > wide) wrong.push(`the page is ${document.documentElement.scrollWidth} wide in ${wide}`);
  const words = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = words.nextNode(); node; node = words.nextNode()) {
    const holder = node.parentElement;
    if (!node.textContent.trim() || !holder?.checkVisibility({ checkVisibilityCSS: true }) || holder.closest(".unseen")) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    for (const box of range.getClientRects()) {
      if (box.width > 0 && (box.left < -1 || box.right > wide + 1)) wrong.push(`words over the edge (${Math.round(box.left)} to ${Math.round(box.right)} of ${wide}): ${named(holder)}`);
    }
  }
  // A word that stands on two lines, a letter here and a letter there.
  for (let node = parted && (words.currentNode = document.body); node; node = words.nextNode()) {
    const holder = node.parentElement;
    if (node.nodeType !== Node.TEXT_NODE || !holder?.checkVisibility({ checkVisibilityCSS: true }) || holder.closest(".unseen")) continue;
    for (const { 0: word, index } of node.textContent.matchAll(/[\p{L}\d]{2,}/gu)) {
      const range = document.createRange();
      range.setStart(node, index);
      range.setEnd(node, index + word.length);
      // A long word may be parted once, where there is no room for it at all.
      const lines = new Set([...range.getClientRects()].filter((box) => box.width > 0).map((box) => Math.round(box.top)));
      if (lines.size > (word.length > 14 ? 2 : 1)) wrong.push(`the word "${word}" stands on ${lines.size} lines: ${named(holder)}`);
    }
  }
  for (const element of document.querySelectorAll("button, input, textarea, a, summary, img, svg.canvas, .frame, p, ul, ol, div, table")) {
    if (!element.checkVisibility({ checkVisibilityCSS: true }) || element.closest(".unseen")) continue;
    const box = element.getBoundingClientRect();
    if (box.width > 0 && (box.left < -1 || box.right > wide + 1)) wrong.push(`over the edge (${Math.round(box.left)} to ${Math.round(box.right)} of ${wide}): ${named(element)}`);
  }
  for (const element of document.querySelectorAll("*")) {
    const style = getComputedStyle(element);
    // What is typed into a line of its own runs on inside it, as everywhere.
    if (element.matches("input") || style.overflowX === "visible" || element.closest(".unseen") || !element.checkVisibility()) continue;
    if (element.scrollWidth > element.clientWidth + 1 && element.clientWidth > 0) wrong.push(`cut off or scrolled sideways, ${element.scrollWidth} in ${element.clientWidth}: ${named(element)}`);
  }
  return [...new Set(wrong)];
}

/** Things to press that have no name, or that a finger misses. */
export function small() {
  const named = (element) => `${element.tagName.toLowerCase()}.${[...element.classList].join(".")} "${(element.getAttribute("aria-label") ?? element.textContent ?? "").trim().slice(0, 40)}"`;
  const LEAST = 44;
  const wrong = [];
  for (const element of document.querySelectorAll("button, a[href], input, textarea, select, summary, [tabindex='0']")) {
    if (!element.checkVisibility({ checkVisibilityCSS: true }) || element.closest("[inert]")) continue;
    if (document.querySelector("dialog[open]:modal") && !element.closest("dialog[open]")) continue;
    const name = element.getAttribute("aria-label") ?? [...(element.labels ?? [])].map((label) => label.textContent).join("") + (element.matches("input, textarea, select") ? "" : element.textContent);
    if (!name.trim()) wrong.push(`no name: ${named(element)}`);
    if (element.matches("[role=region]")) continue;
    // What can be pressed for it is its own box, its label's, or what lies over it and belongs to it.
    element.scrollIntoView({ block: "center", inline: "nearest" });
    const label = element.closest("label");
    const box = (label ?? element).getBoundingClientRect();
    const [x, y] = [box.left + box.width / 2, box.top + box.height / 2];
    const hits = (dx, dy) => {
      const hit = document.elementFromPoint(x + dx, y + dy);
      return hit !== null && (hit === element || element.contains(hit) || (label?.contains(hit) ?? false));
    };
    // A message at the bottom lies over the page until it has been read, and is meant to.
    if (!hits(0, 0) && !document.elementFromPoint(x, y)?.closest(".trouble")) wrong.push(`something lies over it: ${named(element)}`);
    if (box.width >= LEAST && box.height >= LEAST) continue;
    const reach = (dx, dy) => {
      let far = 0;
      while (far < LEAST && hits(dx * (far + 1), dy * (far + 1))) far += 1;
      return far;
    };
    const [across, down] = [reach(1, 0) + reach(-1, 0) + 1, reach(0, 1) + reach(0, -1) + 1];
    if (Math.max(across, box.width) < LEAST || Math.max(down, box.height) < LEAST) wrong.push(`${Math.round(Math.max(across, box.width))} by ${Math.round(Math.max(down, box.height))}: ${named(element)}`);
  }
  return wrong;
}

/** Everything that somebody sees or hears that still stands in plain letters. */
export function plain() {
  const wrong = [];
  const heard = (what, text) => {
    if (text && /[A-Za-z]/.test(text)) wrong.push(`${what}: ${text.trim().slice(0, 80)}`);
  };
  const words = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = words.nextNode(); node; node = words.nextNode()) if (!node.parentElement?.closest("script, style")) heard("words", node.textContent);
  for (const element of document.body.querySelectorAll("*")) {
    for (const name of ["aria-label", "alt", "title", "placeholder", "aria-description"]) heard(name, element.getAttribute(name));
    if (element.matches("textarea, input:not([type=radio]):not([type=checkbox]):not([type=file])")) heard("value", element.value);
  }
  heard("title", document.title);
  return [...new Set(wrong)];
}

/** Marks everything that the keyboard must come to; of several that are one choice, one is enough. */
export function reachable() {
  const modal = document.querySelector("dialog[open]:modal");
  let n = 0;
  const groups = new Map();
  for (const element of document.querySelectorAll("button:not([disabled]), a[href], input:not([disabled]), textarea, select, summary, [tabindex='0']")) {
    if (!element.checkVisibility({ checkVisibilityCSS: true }) || element.closest("[inert]") || (modal && !modal.contains(element))) continue;
    if (element.type === "radio") {
      if (!groups.has(element.name)) groups.set(element.name, `${(n += 1)}`);
      element.dataset.reach = groups.get(element.name);
    } else element.dataset.reach = `${(n += 1)}`;
  }
  return n;
}

/** What has the focus, and whether it is to be seen that it has. */
export function focus() {
  const at = document.activeElement;
  if (at === null || at === document.body) return undefined;
  const drawn = (style) => style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0;
  const shown = (element) => element !== null && (drawn(getComputedStyle(element)) || getComputedStyle(element).boxShadow !== "none");
  const label = at.closest("label");
  const seen = shown(at) || shown(at.nextElementSibling) || shown(label) || [...(label?.children ?? [])].some(shown);
  return { reach: at.dataset.reach, seen, name: `${at.tagName.toLowerCase()}.${[...at.classList].join(".")} "${(at.getAttribute("aria-label") ?? at.textContent ?? "").trim().slice(0, 40)}"` };
}

/** What was never reached. */
export function unreached(reached) {
  const named = (element) => `${element.tagName.toLowerCase()}.${[...element.classList].join(".")} "${(element.getAttribute("aria-label") ?? element.textContent ?? "").trim().slice(0, 40)}"`;
  return [...document.querySelectorAll("[data-reach]")].filter((element) => !reached.includes(element.dataset.reach)).map(named);
}
