// The lists of messages: drawing them, staying at their end, and walking through them with arrow keys.
import { byId, el, reconcile } from "/static/dom.js";
import { message } from "/static/messages.js";
import { here, names, now, place } from "/static/state.js";

const NEAR_END = 80;
const MORE = 100;

// notices: what only this person sees, among the messages at its time.
export function drawMessages(parent, messages, notices, inThread, deeds) {
  const of = `${place.channel} ${inThread ? place.thread : ""}`;
  const isOther = parent.dataset.of !== of;
  parent.dataset.of = of;
  const items = [...messages, ...notices].sort((a, b) => (a.ts < b.ts ? -1 : 1));
  // One's own messages offer more than those of others.
  const rows = items.map((item) => ({ key: `${place.user} ${item.ts}`, content: item }));
  if (!rows.length && !inThread) rows.push({ key: "empty", content: { empty: here().id, in: here().bot_is_in, prompts: now.seen.prompts } });
  if (!inThread && now.seen.earlier) rows.unshift({ key: "earlier", content: { earlier: now.seen.earlier } });
  if (inThread && messages.length > 1) rows.splice(1, 0, { key: "replies", content: { replies: messages.length - 1 } });
  const context = { names: names(), app: now.about.users.find((user) => user.is_bot)?.id, deeds, shortcuts: now.about.shortcuts, inThread };
  // What only this person sees answers something that they have just done.
  const newest = notices.reduce((latest, each) => (each.ts > latest ? each.ts : latest), "");
  const isAnswered = !isOther && newest > parent.newest;
  parent.newest = newest;
  const wasAtEnd = isAtEnd(parent);
  const height = parent.scrollHeight;
  reconcile(parent, rows, (item) => row(item, context));
  if (isOther) parent.followsEnd = !inThread || place.atEnd;
  else if (wasAtEnd || isAnswered) parent.followsEnd = true;
  if (parent.followsEnd) parent.scrollTop = parent.scrollHeight;
  else if (isOther) parent.scrollTop = 0;
  else if (parent.growsUpwards) parent.scrollTop += parent.scrollHeight - height;
  parent.growsUpwards = false;
}

function row(item, context) {
  if (item.empty) return hint(context.deeds);
  if (item.replies) return el("p", { class: "divided" }, item.replies === 1 ? "1 reply" : `${item.replies} replies`);
  if (item.earlier) {
    const show = () => {
      byId("messages").growsUpwards = true;
      context.deeds.showEarlier(MORE);
    };
    const words = `Show earlier messages (${item.earlier})`;
    return el("div", { class: "earlier" }, el("button", { type: "button", onclick: show }, words));
  }
  return message(item, context);
}

function hint(deeds) {
  const channel = here();
  if (channel.kind === "im") {
    const prompts = now.seen.prompts.map((each) => el("button", { type: "button", class: "prompt", onclick: () => deeds.say(each.message) }, each.title));
    const words = prompts.length ? "Ask about a Windows error, for example:" : "Send a code, a name, a log line or a stack trace: winerr answers in the thread.";
    return el("div", { class: "empty" }, el("p", {}, words), el("div", { class: "prompts" }, ...prompts));
  }
  const lines = channel.bot_is_in
    ? ["Type /winerr 0x2F7: only you see the answer.", "Mention @winerr with an error or a pasted trace: it answers in the thread.", "Post an alert: it answers in the thread, or stays silent when there is no Windows error."]
    : ["winerr is not in this channel. /winerr works here all the same; for mentions, add it first."];
  return el("div", { class: "empty" }, el("p", {}, "Nothing here yet. Things to try:"), el("ul", {}, ...lines.map((line) => el("li", {}, line))));
}

function isAtEnd(parent) {
  return parent.scrollHeight - parent.scrollTop - parent.clientHeight < NEAR_END;
}

// Whoever has scrolled to the end stays there, also when the pane gets narrower; others are not moved.
export function followEnd(parent) {
  parent.followsEnd = true;
  let width = 0;
  parent.addEventListener("scroll", () => {
    if (parent.clientWidth === width) parent.followsEnd = isAtEnd(parent);
  });
  new ResizeObserver(() => {
    width = parent.clientWidth;
    if (parent.followsEnd) parent.scrollTop = parent.scrollHeight;
  }).observe(parent);
}

// The list is one stop for the Tab key: arrows walk through its messages, Tab goes into the one reached.
export function walkable(parent) {
  parent.addEventListener("keydown", (event) => {
    const articles = [...parent.querySelectorAll(".message")];
    const at = event.target === parent ? articles.length : articles.indexOf(event.target);
    if (at < 0 || !articles.length) return;
    const next = { ArrowUp: at - 1, ArrowDown: at + 1, Home: 0, End: articles.length - 1 }[event.key];
    if (next === undefined || isLongerThan(parent, event)) return;
    event.preventDefault();
    articles[Math.min(Math.max(next, 0), articles.length - 1)].focus();
  });
}

// A message that goes on below or above is scrolled first.
function isLongerThan(parent, { target, key }) {
  if (target === parent) return false;
  const [box, frame] = [target.getBoundingClientRect(), parent.getBoundingClientRect()];
  return (key === "ArrowDown" && box.bottom > frame.bottom + 1) || (key === "ArrowUp" && box.top < frame.top - 1);
}
