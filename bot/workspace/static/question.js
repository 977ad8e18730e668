// One question to the person, above everything else. Resolves to whether it was answered with yes.
import { byId, el, returnLater } from "/static/dom.js";

export function ask({ title, text, yes, no = "Cancel", danger = false }) {
  const dialog = byId("question");
  return new Promise((resolve) => {
    const back = returnLater();
    const end = (answer) => {
      dialog.onclose = null;
      dialog.close();
      back();
      resolve(answer);
    };
    const agree = el("button", { type: "button", class: danger ? "danger" : "primary", onclick: () => end(true) }, yes);
    const refuse = el("button", { type: "button", onclick: () => end(false) }, no);
    dialog.replaceChildren(
      el("div", { class: "head" }, el("h2", { id: "question-title" }, title)),
      el("div", { class: "content text" }, text),
      el("div", { class: "foot" }, refuse, agree),
    );
    // Closed with Escape; the news of an earlier closing may come as late as now.
    dialog.onclose = () => dialog.open || end(false);
    dialog.showModal();
    agree.focus();
  });
}
