// The modal on top of the stack: drawn anew only when it is another one.
import { byId, el, focusAt, placeOf, returnLater } from "/static/dom.js";
import { kit } from "/static/blocks.js";
import { collect, words } from "/static/elements.js";

let shown = "";
let closing = "";
let back = () => {};

// deeds: { clickInView, submit, closeView }
export function showModal(view, names, deeds) {
  const dialog = byId("modal");
  const mark = view ? `${view.id} ${view.hash}` : "";
  if (mark === shown) return;
  const isSame = shown.split(" ")[0] === view?.id;
  const kept = isSame ? collect(dialog) : {};
  const at = isSame && dialog.contains(document.activeElement) && placeOf(dialog, document.activeElement);
  shown = mark;
  if (!view) {
    dialog.close();
    back();
    return;
  }
  if (!dialog.open) back = returnLater();
  fill(dialog, view, names, deeds);
  restore(dialog, kept);
  if (!dialog.open) dialog.showModal();
  if (at) focusAt(dialog, at);
  if (!at || !dialog.contains(document.activeElement)) first(dialog).focus({ preventScroll: true });
}

// Where to begin: at the first field, else where the arrow keys scroll.
function first(dialog) {
  const field = dialog.querySelector("form input, form textarea, form select");
  const chosen = field?.type === "radio" && dialog.querySelector(`form [name="${CSS.escape(field.name)}"]:checked`);
  return chosen || field || dialog.querySelector("form");
}

function fill(dialog, view, names, deeds) {
  const use = (block, element, value) => deeds.clickInView(element, value, collect(dialog));
  const leave = () => {
    closing = shown;
    deeds.closeView(false);
  };
  const problem = el("p", { class: "wrong", role: "alert" });
  const title = el("h2", { id: "modal-title" }, words(view.title));
  const close = el("button", { type: "button", class: "icon", "aria-label": "Close", onclick: leave }, "✕");
  const foot = el("div", { class: "foot" }, el("button", { type: "button", onclick: leave }, words(view.close) || "Close"));
  const form = el("form", { class: "content", id: "modal-form", novalidate: true, tabindex: "0", "aria-labelledby": "modal-title" }, kit(view.blocks, names, use), problem);
  if (view.submit) foot.append(el("button", { type: "submit", class: "primary", form: "modal-form" }, words(view.submit)));
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const send = foot.querySelector("[type=submit]");
    if (!send || send.getAttribute("aria-busy")) return;
    send.setAttribute("aria-busy", "true");
    const result = await deeds.submit(collect(dialog));
    send.removeAttribute("aria-busy");
    problem.textContent = result?.problem ?? "";
    markErrors(dialog, result?.errors ?? {});
  });
  dialog.oncancel = (event) => {
    if (event.target !== dialog) return;
    event.preventDefault();
    leave();
  };
  // The browser closes a dialog at the second Escape, whatever the page says.
  dialog.onclose = () => {
    if (!shown || dialog.open) return;
    if (closing !== shown) leave();
    shown = "";
    back();
  };
  dialog.replaceChildren(el("div", { class: "head" }, title, close), form, foot);
}

function markErrors(dialog, errors) {
  for (const block of dialog.querySelectorAll("[data-input]")) {
    block.querySelector(".wrong")?.remove();
    const fault = errors[block.dataset.input];
    const field = block.querySelector("[data-kind]");
    if (fault) field?.setAttribute("aria-invalid", "true");
    else field?.removeAttribute("aria-invalid");
    if (fault) block.append(el("div", { class: "wrong", role: "alert" }, fault));
  }
  const wrong = dialog.querySelector("[aria-invalid]");
  (wrong?.matches("[role]") ? wrong.querySelector("input") : wrong)?.focus();
}

function restore(dialog, values) {
  for (const node of dialog.querySelectorAll("input[data-kind], textarea[data-kind]")) {
    const value = values[node.dataset.block]?.[node.dataset.action];
    if (typeof value === "string") node.value = value;
  }
}
