// The modal on top of the stack: drawn anew only when it is another one.
import { byId, el } from "/static/dom.js";
import { kit } from "/static/blocks.js";
import { collect, words } from "/static/elements.js";

let shown = "";

// deeds: { clickInView, submit, closeView }
export function showModal(view, names, deeds) {
  const dialog = byId("modal");
  const mark = view ? `${view.id} ${view.hash}` : "";
  if (mark === shown) return;
  const kept = shown.split(" ")[0] === view?.id ? collect(dialog) : {};
  shown = mark;
  if (!view) {
    dialog.close();
    return;
  }
  fill(dialog, view, names, deeds);
  restore(dialog, kept);
  if (!dialog.open) dialog.showModal();
}

function fill(dialog, view, names, deeds) {
  const use = (block, element, value) => deeds.clickInView(element, value, collect(dialog));
  const problem = el("p", { class: "wrong", role: "alert" });
  const title = el("h2", { id: "modal-title" }, words(view.title));
  const close = el("button", { type: "button", class: "icon", "aria-label": "Close", onclick: () => deeds.closeView(false) }, "✕");
  const foot = el("div", { class: "foot" }, el("button", { type: "button", onclick: () => deeds.closeView(false) }, words(view.close) || "Close"));
  const form = el("form", { class: "content", id: "modal-form", novalidate: true, tabindex: "0" }, kit(view.blocks, names, use), problem);
  if (view.submit) foot.append(el("button", { type: "submit", class: "primary", form: "modal-form" }, words(view.submit)));
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const result = await deeds.submit(collect(dialog));
    problem.textContent = result?.problem ?? "";
    markErrors(dialog, result?.errors ?? {});
  });
  dialog.oncancel = (event) => {
    event.preventDefault();
    deeds.closeView(false);
  };
  dialog.replaceChildren(el("div", { class: "head" }, title, close), form, foot);
}

function markErrors(dialog, errors) {
  for (const block of dialog.querySelectorAll("[data-input]")) {
    block.querySelector(".wrong")?.remove();
    const fault = errors[block.dataset.input];
    const field = block.querySelector("[data-kind]");
    field?.toggleAttribute("aria-invalid", Boolean(fault));
    if (fault) block.append(el("div", { class: "wrong", role: "alert" }, fault));
  }
  dialog.querySelector("[aria-invalid]")?.focus();
}

function restore(dialog, values) {
  for (const node of dialog.querySelectorAll("input[data-kind], textarea[data-kind]")) {
    const value = values[node.dataset.block]?.[node.dataset.action];
    if (typeof value === "string") node.value = value;
  }
}
