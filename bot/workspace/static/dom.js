// Small helpers for building the page. Text always goes in as text, never as HTML.

export function el(name, attributes = {}, ...children) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (key.startsWith("on")) node.addEventListener(key.slice(2), value);
    else if (key === "class") node.className = value;
    else node.setAttribute(key, value === true ? "" : value);
  }
  node.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined));
  return node;
}

export function byId(id) {
  return document.getElementById(id);
}

// Only addresses that lead somewhere harmless become links.
export function link(address, ...words) {
  if (!/^(https?:|mailto:|tel:)/i.test(address)) return el("span", {}, ...words);
  return el("a", { href: address, target: "_blank", rel: "noopener noreferrer" }, ...words);
}

// Bring the children of a list up to date by key. Whatever stays the same is not touched, so that focus,
// open menus and selected text survive an update, and the browser lays out only what is new.
export function reconcile(parent, items, build) {
  const old = new Map([...parent.children].map((node) => [node.dataset.key, node]));
  const wanted = items.map(({ key, content }) => {
    const fingerprint = JSON.stringify(content);
    const known = old.get(key);
    if (known && (known.fingerprint === fingerprint || known.isEdited)) return known;
    const node = build(content);
    node.dataset.key = key;
    node.fingerprint = fingerprint;
    if (known) exchange(known, node);
    return node;
  });
  const kept = new Set(wanted);
  for (const node of [...parent.children]) if (!kept.has(node)) node.remove();
  let next = parent.firstElementChild;
  for (const node of wanted) {
    if (node === next) next = next.nextElementSibling;
    else parent.insertBefore(node, next);
  }
}

function exchange(from, to) {
  const had = from.contains(document.activeElement) && placeOf(from, document.activeElement);
  from.replaceWith(to);
  if (had) focusAt(to, had);
}

const CONTROLS = "button, select, a, input, textarea";

// Where a control stands in a list of messages, so that it is found again when its message was drawn anew.
export function placeOf(holder, node) {
  const controls = [...holder.querySelectorAll(CONTROLS)];
  return { index: controls.indexOf(node), action: node.dataset.action, words: node.textContent };
}

export function focusAt(holder, { index, action, words }) {
  const controls = [...holder.querySelectorAll(CONTROLS)];
  const same = controls.filter((each) => each.dataset.action === action && each.textContent === words);
  const wanted = same.includes(controls[index]) ? controls[index] : (same[0] ?? controls[index]);
  // What is shown under the pointer only can be reached once its message has the focus.
  if (index < 0 || !wanted?.checkVisibility()) holder.focus({ preventScroll: true });
  if (index >= 0) wanted?.focus({ preventScroll: true });
}

// What has the focus now, to give it back later. A message may be drawn anew meanwhile, so its place counts, too.
export function returnLater() {
  const node = document.activeElement;
  const item = node.closest("[data-key]");
  const list = item?.parentElement;
  const key = item?.dataset.key;
  const at = item && placeOf(item, node);
  return () => {
    const same = list && [...list.children].find((each) => each.dataset.key === key);
    if (same) focusAt(same, at);
    else if (node.isConnected && node !== document.body) node.focus({ preventScroll: true });
    else [byId("composer-text"), byId("home")].find((each) => each.checkVisibility())?.focus({ preventScroll: true });
  };
}
