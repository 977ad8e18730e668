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

// Replace the children of a list by key, and leave those alone whose content is the same, so that
// focus, open menus and selected text survive an update.
export function reconcile(parent, items, build) {
  const old = new Map([...parent.children].map((node) => [node.dataset.key, node]));
  const wanted = items.map(({ key, content }) => {
    const fingerprint = JSON.stringify(content);
    const known = old.get(key);
    if (known && known.fingerprint === fingerprint) return known;
    const node = build(content);
    node.dataset.key = key;
    node.fingerprint = fingerprint;
    if (known && known.contains(document.activeElement)) refocus(known, node);
    return node;
  });
  const same = wanted.length === parent.children.length && wanted.every((node, i) => node === parent.children[i]);
  if (!same) parent.replaceChildren(...wanted);
}

function refocus(from, to) {
  const places = "button, select, a, input";
  const index = [...from.querySelectorAll(places)].indexOf(document.activeElement);
  queueMicrotask(() => to.querySelectorAll(places)[index]?.focus());
}
