// A button that opens a list of things to do, as the keyboard expects it: arrows move, Escape closes.
import { el } from "/static/dom.js";

// items: [{ words, deed, attributes }]
export function menu(button, label, items) {
  const list = el("div", { class: "popup", role: "menu", "aria-label": label, hidden: true });
  button.setAttribute("aria-haspopup", "menu");
  button.setAttribute("aria-expanded", "false");
  const toggle = (open) => {
    list.hidden = !open;
    button.setAttribute("aria-expanded", String(open));
    if (!open) return;
    keepInView(list);
    list.firstElementChild?.focus();
  };
  const close = () => {
    toggle(false);
    button.focus();
  };
  for (const { words, deed, attributes } of items) {
    const choose = () => {
      close();
      deed();
    };
    list.append(el("button", { type: "button", role: "menuitem", tabindex: "-1", ...attributes, onclick: choose }, words));
  }
  button.addEventListener("click", () => toggle(list.hidden));
  button.addEventListener("keydown", (event) => {
    if (event.key !== "ArrowDown" || !list.hidden) return;
    event.preventDefault();
    toggle(true);
  });
  list.addEventListener("keydown", (event) => {
    if (event.key === "Escape") close();
    else if (event.key === "Tab") toggle(false);
    else if (!move(list, event.key)) return;
    if (event.key !== "Tab") event.preventDefault();
    event.stopPropagation();
  });
  const frame = el("div", { class: "menu" }, button, list);
  // Anywhere else, also in another menu.
  list.addEventListener("focusout", (event) => {
    if (!frame.contains(event.relatedTarget)) toggle(false);
  });
  return frame;
}

function move(list, key) {
  const items = [...list.children];
  const at = items.indexOf(document.activeElement);
  const next = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 }[key];
  if (next === undefined) return false;
  items.at(next % items.length).focus();
  return true;
}

// Below its button and to the left, unless there is more room elsewhere.
function keepInView(list) {
  list.classList.remove("upwards", "rightwards");
  const frame = list.closest(".messages, .content, body").getBoundingClientRect();
  const box = list.getBoundingClientRect();
  const button = list.parentElement.getBoundingClientRect();
  if (box.bottom > frame.bottom && button.top - box.height > frame.top) list.classList.add("upwards");
  if (box.left < Math.max(frame.left, 0)) list.classList.add("rightwards");
}
