// The panel with which the workspace is told to misbehave as Slack sometimes does.
import { byId, el } from "/static/dom.js";
import { now, post } from "/static/state.js";

const KINDS = {
  rate_limited: "429, too many requests",
  http_error: "an HTTP error",
  slack_error: "ok: false, with an error",
  slow: "the answer comes late",
  timeout: "no answer, then the connection is cut",
  drop: "the connection is cut",
  lost_reply: "it is done, but the answer is lost",
  redirect: "a file is elsewhere",
  duplicate: "events are delivered twice",
  ignore_ack: "acknowledgements are not heard",
  refuse: "new sockets are refused",
};
const SOCKETS = { drop: "Drop the sockets", silence: "Let them fall silent", refresh: "Ask for new ones" };
const OFTEN = ["*", "chat.postMessage", "chat.update", "chat.postEphemeral", "views.open", "conversations.replies", "response_url", "files"];

export function faultsPanel() {
  const dialog = byId("faults");
  byId("faults-button").addEventListener("click", () => {
    if (!dialog.childNodes.length) fill(dialog);
    dialog.showModal();
    dialog.querySelector("select").focus();
  });
}

function fill(dialog) {
  const options = (map) => Object.entries(map).map(([value, words]) => el("option", { value }, words));
  const kinds = Object.fromEntries(now.about.faults.map((kind) => [kind, KINDS[kind] ?? kind]));
  const kind = el("select", { id: "fault-kind" }, ...options(kinds));
  const target = el("input", { id: "fault-target", value: "*", list: "fault-targets", spellcheck: "false", autocomplete: "off" });
  const number = (id, value) => el("input", { id, type: "number", min: "0", step: "any", value });
  const fields = { count: number("fault-count", "1"), seconds: number("fault-seconds", "1"), status: number("fault-status", "500") };
  const field = (words, node, ...more) => el("div", { class: "field-block" }, el("label", { for: node.id }, words), node, ...more);
  const add = async (event) => {
    event.preventDefault();
    const isFixed = now.about.fixed_targets.includes(kind.value);
    const numbers = Object.fromEntries(Object.entries(fields).map(([name, node]) => [name, Number(node.value)]));
    await post("faults", { kind: kind.value, ...(isFixed ? {} : { target: target.value.trim() || "*" }), ...numbers });
  };
  const form = el(
    "form", { class: "content", id: "faults-form", onsubmit: add },
    el("p", {}, "Slack fails now and then, and winerr must cope. Choose how the next calls shall fail."),
    field("What happens", kind),
    field("To which calls", target, el("div", { class: "help" }, "A method such as chat.postMessage, response_url, files; * is every method")), el("datalist", { id: "fault-targets" }, ...OFTEN.map((value) => el("option", { value }))),
    el("div", { class: "numbers" }, field("How often", fields.count), field("Seconds", fields.seconds), field("Status", fields.status)),
    el("div", { class: "buttons", role: "group", "aria-label": "The app's sockets" }, ...Object.entries(SOCKETS).map(([how, words]) => el("button", { type: "button", onclick: () => post("faults", { sockets: how }) }, words))),
    el("ul", { id: "faults-left", "aria-label": "Still to come", "aria-live": "polite" }),
  );
  const close = () => dialog.close();
  dialog.replaceChildren(
    el("div", { class: "head" }, el("h2", { id: "faults-title" }, "Let Slack fail"), el("button", { type: "button", class: "icon", "aria-label": "Close", onclick: close }, "✕")),
    form,
    el("div", { class: "foot" }, el("button", { type: "button", onclick: () => post("faults", { clear: true }) }, "Behave again"), el("button", { type: "submit", form: "faults-form", class: "primary" }, "Fail")),
  );
  const showWhatCounts = () => {
    target.parentElement.hidden = now.about.fixed_targets.includes(kind.value);
    fields.seconds.parentElement.hidden = !["rate_limited", "slow", "timeout"].includes(kind.value);
    fields.status.parentElement.hidden = kind.value !== "http_error";
  };
  kind.addEventListener("change", showWhatCounts);
  showWhatCounts();
  drawFaults();
}

// Also said on the button, so that nobody wonders later why nothing works.
export function drawFaults() {
  const left = now.seen.faults;
  const total = left.reduce((sum, each) => sum + each.count, 0);
  byId("faults-button").lastChild.textContent = total ? `Let Slack fail (${total} to come)` : "Let Slack fail";
  const words = left.map((each) => `${each.count} × ${KINDS[each.kind] ?? each.kind} (${each.target === "*" ? "every method" : each.target})`);
  byId("faults-left")?.replaceChildren(...words.map((each) => el("li", {}, each)));
}
