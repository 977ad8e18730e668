// The page: looks at the workspace, draws what it sees, and does what people ask for.
import { byId, el, reconcile } from "/static/dom.js";
import { kit } from "/static/blocks.js";
import { collect } from "/static/elements.js";
import { composer, suggest } from "/static/composer.js";
import { message } from "/static/messages.js";
import { showModal } from "/static/modal.js";

const place = { user: "", channel: "C0INCIDENT", thread: "", home: false };
const read = new Map();
let about = null;
let seen = null;
let looking = false;
let again = false;

async function act(name, body = {}) {
  const answer = await fetch(`/workspace/${name}`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ user: place.user, channel: place.channel, ...body }),
  }).then((response) => response.json(), () => ({ ok: false, error: "The workspace does not answer. Is it still running?" }));
  if (!answer.ok && answer.error) complain(answer.error);
  return answer;
}

function complain(text) {
  const node = byId("problem");
  node.textContent = text;
  node.hidden = false;
  clearTimeout(complain.timer);
  complain.timer = setTimeout(() => (node.hidden = true), 6000);
}

const deeds = {
  click: (item, element, value, values) => act("click", { ts: item.ts, action_id: element.action_id, value, values }),
  clickInView: (element, value, values) => act("click-in-view", { action_id: element.action_id, value, values }),
  submit: (values) => act("submit", { values }),
  closeView: (everything) => act("close-view", { everything }),
  dismiss: (ts) => act("dismiss", { ts }),
  remove: (ts) => act("delete", { ts }),
  shortcut: (ts, callback_id) => act("shortcut", { ts, callback_id }),
  openThread(ts, focus = false) {
    place.thread = ts;
    look();
    if (focus) setTimeout(() => byId("thread-text").focus(), 50);
  },
  edit(item) {
    const text = window.prompt("Edit the message", plainText(item));
    if (text?.trim()) act("edit", { ts: item.ts, text });
  },
};

function plainText(item) {
  const parts = [];
  const walk = (node) => {
    if (node.type === "text" || node.type === "link") parts.push(node.text ?? node.url);
    else if (node.type === "user") parts.push(`@${names().users.get(node.user_id)}`);
    else (node.elements ?? []).forEach(walk);
  };
  (item.blocks ?? []).forEach(walk);
  return parts.join("");
}

function names() {
  return {
    users: new Map(about.users.map((user) => [user.id, user.name])),
    channels: new Map(seen.channels.filter((each) => each.kind !== "im").map((each) => [each.id, each.name])),
    me: place.user,
  };
}

// One look at a time: a change during a look asks for one more.
async function look() {
  if (looking) {
    again = true;
    return;
  }
  looking = true;
  do {
    again = false;
    const query = new URLSearchParams({ user: place.user, channel: place.channel, thread: place.thread });
    const response = await fetch(`/workspace/look?${query}`).catch(() => null);
    if (response?.ok) {
      seen = await response.json();
      place.channel = seen.channel;
      draw();
    } else if (seen) showConnection(false);
  } while (again);
  looking = false;
}

function draw() {
  showConnection(seen.connected);
  drawSidebar();
  drawConversation();
  drawThread();
  drawHome();
  showModal(seen.view, names(), deeds);
}

function showConnection(isOn) {
  const node = byId("connection");
  node.classList.toggle("on", isOn);
  const words = isOn ? "winerr is connected" : "winerr is not connected";
  if (node.textContent !== words) node.textContent = words;
}

function drawSidebar() {
  read.set(place.channel, seen.channels.find((each) => each.id === place.channel)?.latest);
  const items = (kind) =>
    seen.channels
      .filter((each) => (each.kind === "im") === (kind === "im"))
      .map((each) => ({
        key: each.id,
        content: { id: each.id, name: kind === "im" ? "winerr" : each.name, sigil: kind === "im" ? "@" : "#", here: !place.home && each.id === place.channel, unread: (read.get(each.id) ?? "") < each.latest },
      }));
  reconcile(byId("channel-list"), items("channel"), placeItem);
  reconcile(byId("direct-list"), items("im"), placeItem);
  byId("home-button").setAttribute("aria-current", String(place.home));
}

function placeItem(each) {
  const go = () => {
    Object.assign(place, { channel: each.id, thread: "", home: false });
    toggleMenu(false);
    look();
  };
  const label = each.unread ? `${each.name}, unread` : undefined;
  const button = el("button", { type: "button", class: `place${each.unread ? " unread" : ""}`, "aria-current": String(each.here), "aria-label": label, onclick: go }, el("span", { class: "sigil", "aria-hidden": "true" }, each.sigil), each.name);
  return el("li", {}, button);
}

function drawConversation() {
  const channel = seen.channels.find((each) => each.id === place.channel);
  const isDirect = channel.kind === "im";
  byId("channel-name").textContent = place.home ? "winerr" : isDirect ? "@ winerr" : `# ${channel.name}`;
  byId("channel-purpose").textContent = place.home ? "The app's Home tab" : isDirect ? "Only you and winerr" : channel.purpose;
  byId("invite").hidden = place.home || channel.bot_is_in;
  const field = byId("composer-text");
  field.placeholder = isDirect ? "Message winerr" : `Message #${channel.name}`;
  const notices = seen.ephemerals.filter((each) => !each.thread_ts);
  const items = [...seen.messages, ...notices].sort((a, b) => (a.ts < b.ts ? -1 : 1));
  drawMessages(byId("messages"), items, false);
}

function drawThread() {
  const pane = byId("thread");
  const isOpen = Boolean(place.thread) && seen.thread.length > 0 && !place.home;
  pane.hidden = !isOpen;
  byId("frame").classList.toggle("with-thread", isOpen);
  if (!isOpen) return;
  const channel = seen.channels.find((each) => each.id === place.channel);
  byId("thread-channel").textContent = channel.kind === "im" ? "winerr" : `# ${channel.name}`;
  byId("thread-text").placeholder = "Reply…";
  const notices = seen.ephemerals.filter((each) => each.thread_ts === place.thread);
  const items = [...seen.thread, ...notices].sort((a, b) => (a.ts < b.ts ? -1 : 1));
  drawMessages(byId("thread-messages"), items, true);
}

function drawMessages(parent, items, inThread) {
  const context = { names: names(), app: about.users.find((user) => user.is_bot)?.id, deeds, shortcuts: about.shortcuts, inThread };
  const isOther = parent.dataset.of !== `${place.channel} ${inThread ? place.thread : ""}`;
  parent.dataset.of = `${place.channel} ${inThread ? place.thread : ""}`;
  if (!items.length && !inThread) {
    parent.replaceChildren(hint());
    return;
  }
  parent.querySelector(".empty")?.remove();
  reconcile(parent, items.map((item) => ({ key: `${parent.id} ${item.ts}`, content: item })), (item) => message(item, context));
  if (isOther) parent.followsEnd = true;
  if (parent.followsEnd) parent.scrollTop = parent.scrollHeight;
}

// Whoever has scrolled to the end stays there, also when the pane gets narrower; others are not moved.
function followEnd(parent) {
  parent.followsEnd = true;
  let width = 0;
  parent.addEventListener("scroll", () => {
    if (parent.clientWidth === width) parent.followsEnd = parent.scrollHeight - parent.scrollTop - parent.clientHeight < 80;
  });
  new ResizeObserver(() => {
    width = parent.clientWidth;
    if (parent.followsEnd) parent.scrollTop = parent.scrollHeight;
  }).observe(parent);
}

function hint() {
  const channel = seen.channels.find((each) => each.id === place.channel);
  const lines = channel.bot_is_in
    ? ["Type /winerr 0x2F7: only you see the answer.", "Mention @winerr with an error or a pasted trace: it answers in the thread.", "Post an alert: it answers in the thread, or stays silent when there is no Windows error."]
    : ["winerr is not in this channel. /winerr works here all the same; for mentions, add it first."];
  return el("div", { class: "empty" }, el("p", {}, "Nothing here yet. Things to try:"), el("ul", {}, ...lines.map((line) => el("li", {}, line))));
}

function drawHome() {
  const node = byId("home");
  node.hidden = !place.home;
  byId("messages").hidden = place.home;
  byId("composer").hidden = place.home;
  if (!place.home || node.dataset.hash === (seen.home?.hash ?? "none")) return;
  node.dataset.hash = seen.home?.hash ?? "none";
  const use = (block, element, value) => deeds.clickInView(element, value, collect(node));
  const content = seen.home ? kit(seen.home.blocks, names(), use) : el("p", {}, "The app has not published a Home tab.");
  node.replaceChildren(content);
}

async function send(text, thread) {
  const command = /^(\/\S+)\s*([\s\S]*)$/.exec(text);
  if (command && !thread) {
    if (command[1] === "/invite") return (await act("invite")).ok;
    if (!about.commands.includes(command[1])) {
      complain(`${command[1]} is no command here; there is ${about.commands.join(", ")}`);
      return false;
    }
    return (await act("slash", { command: command[1], text: command[2] })).ok;
  }
  if (command && thread) {
    complain("Slack takes no commands in threads: mention @winerr instead");
    return false;
  }
  return (await act("say", { text, thread_ts: thread || undefined })).ok;
}

function toggleMenu(open) {
  byId("frame").classList.toggle("with-menu", open);
  byId("menu-button").setAttribute("aria-expanded", String(open));
}

function alertsMenu() {
  const button = byId("alerts-button");
  const menu = byId("alerts-menu");
  const toggle = (open) => {
    menu.hidden = !open;
    button.setAttribute("aria-expanded", String(open));
    if (open) menu.querySelector("button")?.focus();
  };
  menu.append(
    ...about.presets.map((preset) => {
      const post = () => {
        toggle(false);
        button.focus();
        act("alert", { preset: preset.id });
      };
      return el("button", { type: "button", role: "menuitem", "data-preset": preset.id, onclick: post }, preset.title);
    }),
  );
  button.addEventListener("click", () => toggle(menu.hidden));
  menu.addEventListener("keydown", (event) => {
    const items = [...menu.children];
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      event.preventDefault();
      items[(items.indexOf(document.activeElement) + step + items.length) % items.length].focus();
    }
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || menu.hidden) return;
    toggle(false);
    button.focus();
  });
  document.addEventListener("click", (event) => {
    if (!menu.hidden && !event.target.closest(".menu")) toggle(false);
  });
}

function readAddress() {
  const [channel, at] = location.hash.slice(1).split("/");
  if (channel) place.channel = channel;
  if (at?.startsWith("p")) place.thread = `${at.slice(1, -6)}.${at.slice(-6)}`;
}

async function start() {
  about = await fetch("/workspace/about").then((response) => response.json());
  const people = about.users.filter((user) => !user.is_bot);
  byId("user").append(...people.map((user) => el("option", { value: user.id }, user.real_name)));
  place.user = people[0].id;
  readAddress();
  byId("user").addEventListener("change", (event) => {
    Object.assign(place, { user: event.target.value, thread: "" });
    if (place.home) act("home");
    look();
  });
  byId("home-button").addEventListener("click", () => {
    Object.assign(place, { home: true, thread: "" });
    toggleMenu(false);
    act("home");
    look();
  });
  byId("invite").addEventListener("click", () => act("invite"));
  byId("close-thread").addEventListener("click", () => deeds.openThread(""));
  byId("menu-button").addEventListener("click", () => toggleMenu(!byId("frame").classList.contains("with-menu")));
  byId("conversation").addEventListener("pointerdown", (event) => {
    if (!event.target.closest("#menu-button")) toggleMenu(false);
  });
  const main = composer("composer", "composer-text", (text) => send(text, ""));
  composer("thread-composer", "thread-text", (text) => send(text, place.thread));
  suggest(main.field, about.commands);
  byId("paste-trace").addEventListener("click", () => main.insert(`@winerr what is wrong here?\n\`\`\`\n${about.trace}\n\`\`\``));
  alertsMenu();
  followEnd(byId("messages"));
  followEnd(byId("thread-messages"));
  const live = new EventSource("/workspace/live");
  live.onmessage = look;
  live.onopen = look;
  live.onerror = () => showConnection(false);
}

start();
