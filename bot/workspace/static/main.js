// The page: looks at the workspace, draws what it sees, and does what people ask for.
import { byId, el, focusAt, placeOf } from "/static/dom.js";
import { kit } from "/static/blocks.js";
import { collect } from "/static/elements.js";
import { composer, suggest } from "/static/composer.js";
import { drawFaults, faultsPanel } from "/static/faults.js";
import { drawMessages, followEnd, walkable } from "/static/lists.js";
import { listen } from "/static/live.js";
import { menu } from "/static/menu.js";
import { showModal } from "/static/modal.js";
import { ask } from "/static/question.js";
import { drawSidebar, forgetWhatWasRead, showConnection, toggleChannels } from "/static/sidebar.js";
import { act, complain, here, names, now, place } from "/static/state.js";

const SHOWN = 100;
const FIRST = place.channel;
const PATIENCE = 20_000;
let shown = SHOWN;
let isConnected = false;
let looking = false;
let again = false;

const deeds = {
  click: (item, element, value, values) => act("click", { ts: item.ts, action_id: element.action_id, value, values }),
  clickInView: (element, value, values) => act("click-in-view", { action_id: element.action_id, value, values }),
  submit: (values) => act("submit", { values }),
  closeView: (everything) => act("close-view", { everything }),
  dismiss: (ts) => act("dismiss", { ts }),
  shortcut: (ts, callback_id) => act("shortcut", { ts, callback_id }),
  say: (text) => act("say", { text }),
  openThread(ts, atEnd = false) {
    Object.assign(place, { thread: ts, atEnd });
    look();
    // A field with the focus covers half of a phone with its keyboard.
    if (atEnd || matchMedia("(pointer: fine)").matches) openThread.focus = true;
  },
  closeThread() {
    const opener = byId("messages").querySelector(`[data-ts="${CSS.escape(place.thread)}"]`);
    const hadFocus = byId("thread").contains(document.activeElement);
    place.thread = "";
    drawThread();
    if (hadFocus) (opener?.querySelector(".open-thread") ?? opener ?? byId("composer-text")).focus();
  },
  showEarlier(count) {
    shown += count;
    look();
  },
  async edit(ts, text) {
    const answer = await act("edit", { ts, text });
    look();
    return answer;
  },
  async remove(ts) {
    const sure = { title: "Delete message", text: "Do you want to delete this message? That cannot be undone.", yes: "Delete", danger: true };
    if (await ask(sure)) act("delete", { ts });
  },
};

function openThread() {
  if (!openThread.focus || byId("thread").hidden) return;
  openThread.focus = false;
  byId("thread-text").focus({ preventScroll: true });
}

// One look at a time: what changes during a look asks for one more, after a pause that grows with the
// time a look takes, so that there is time left for the person.
async function look() {
  if (looking) {
    again = true;
    return;
  }
  looking = true;
  do {
    again = false;
    const query = new URLSearchParams({ user: place.user, channel: place.channel, thread: place.thread, last: shown });
    const response = await fetch(`/workspace/look?${query}`, { signal: AbortSignal.timeout(PATIENCE) }).catch(() => null);
    const began = performance.now();
    if (response?.status === 404 && place.channel !== FIRST) {
      // An address of another workspace.
      Object.assign(place, { channel: FIRST, thread: "" });
      again = true;
    }
    if (response?.ok) {
      now.seen = await response.json();
      place.channel = now.seen.channel;
      draw();
    }
    const took = performance.now() - began;
    await new Promise((resolve) => setTimeout(resolve, Math.min(Math.max(100, 5 * took), 1000)));
  } while (again);
  looking = false;
}

function draw() {
  showConnection(!isConnected ? "lost" : now.seen.connected ? "on" : "off");
  drawSidebar(go);
  drawConversation();
  drawThread();
  drawHome();
  drawFaults();
  showModal(now.seen.view, names(), deeds);
}

function go({ channel = place.channel, home = false }) {
  const isOther = channel !== place.channel || home !== place.home;
  Object.assign(place, { channel, home, thread: "" });
  shown = SHOWN;
  toggleChannels(false);
  // What the app is told when somebody looks at its tabs.
  if (home) act("home");
  else if (isOther && now.seen.channels.find((each) => each.id === channel)?.kind === "im") act("home", { tab: "messages" });
  look();
}

function drawConversation() {
  const channel = here();
  const isDirect = channel.kind === "im";
  byId("channel-name").textContent = place.home ? "winerr" : isDirect ? "@ winerr" : `# ${channel.name}`;
  byId("channel-purpose").textContent = place.home ? "The app's Home tab" : isDirect ? "Only you and winerr" : channel.purpose;
  byId("invite").hidden = place.home || channel.bot_is_in;
  byId("alerts").hidden = place.home || isDirect;
  byId("composer-text").placeholder = isDirect ? "Message winerr" : `Message #${channel.name}`;
  const { messages, ephemerals, earlier } = now.seen;
  const from = earlier ? messages[0].ts : "";
  const notices = ephemerals.filter((each) => !each.thread_ts && each.ts >= from);
  drawMessages(byId("messages"), messages, notices, false, deeds);
}

function drawThread() {
  const pane = byId("thread");
  const isOpen = Boolean(place.thread) && now.seen.thread.length > 0 && !place.home;
  pane.hidden = !isOpen;
  byId("frame").classList.toggle("with-thread", isOpen);
  if (!isOpen) return;
  const channel = here();
  byId("thread-channel").textContent = channel.kind === "im" ? "winerr" : `# ${channel.name}`;
  const notices = now.seen.ephemerals.filter((each) => each.thread_ts === place.thread);
  drawMessages(byId("thread-messages"), now.seen.thread, notices, true, deeds);
  byId("thread-status").textContent = now.seen.status ? `winerr ${now.seen.status}` : "";
  openThread();
}

function drawHome() {
  const node = byId("home");
  node.hidden = !place.home;
  byId("messages").hidden = place.home;
  byId("composer").hidden = place.home;
  const hash = `${place.user} ${now.seen.home?.hash ?? "none"}`;
  if (!place.home || node.dataset.hash === hash) return;
  node.dataset.hash = hash;
  const use = (block, element, value) => deeds.clickInView(element, value, collect(node));
  const content = now.seen.home ? kit(now.seen.home.blocks, names(), use) : el("p", {}, "The app has not published a Home tab.");
  const at = node.contains(document.activeElement) && placeOf(node, document.activeElement);
  node.replaceChildren(content);
  if (at) focusAt(node, at);
}

async function send(text, thread) {
  const command = /^(\/\S+)\s*([\s\S]*)$/.exec(text);
  byId(thread ? "thread-messages" : "messages").followsEnd = true;
  if (command && !thread) {
    if (command[1] === "/invite") return (await act("invite")).ok;
    if (!now.about.commands.includes(command[1])) {
      complain(`${command[1]} is no command here; there is ${now.about.commands.join(", ")}`);
      return false;
    }
    return (await act("slash", { command: command[1], text: command[2] })).ok;
  }
  if (command && thread) {
    complain("Slack takes no commands in threads: mention @winerr instead");
    return false;
  }
  const { ok } = await act("say", { text, thread_ts: thread || undefined });
  if (ok && text.length >= now.about.snippet_chars && text.includes("@winerr")) {
    complain("Slack makes a snippet of so long a text, and a mention in a snippet is none: reply to it with @winerr.");
  }
  return ok;
}

function alertsMenu() {
  const items = now.about.presets.map((preset) => ({ words: preset.title, deed: () => act("alert", { preset: preset.id }), attributes: { "data-preset": preset.id } }));
  const button = byId("alerts-button");
  const holder = byId("alerts");
  holder.append(menu(button, "Alerts to post", items));
}

// What lies above is closed first. Menus and modals close themselves.
function onEscape(event) {
  if (event.key !== "Escape" || event.defaultPrevented || document.querySelector("dialog[open]")) return;
  if (byId("frame").classList.contains("with-menu")) toggleChannels(false);
  else if (!byId("thread").hidden) deeds.closeThread();
}

function readAddress() {
  const [channel, at] = location.hash.slice(1).split("/");
  if (channel) place.channel = channel;
  if (at?.startsWith("p")) place.thread = `${at.slice(1, -6)}.${at.slice(-6)}`;
}

// The workspace may be another one by now: what was in the old one is forgotten.
async function reconnected() {
  const about = await fetch("/workspace/about").then((response) => response.json()).catch(() => null);
  if (!about) return;
  isConnected = true;
  if (about.started !== now.about.started) {
    now.about = about;
    place.thread = "";
    forgetWhatWasRead();
    complain("The workspace was started anew: what was here before is forgotten.");
    if (place.home) await act("home");
  }
  look();
}

async function start() {
  now.about = await fetch("/workspace/about").then((response) => response.json());
  const people = now.about.users.filter((user) => !user.is_bot);
  byId("user").append(...people.map((user) => el("option", { value: user.id }, user.real_name)));
  place.user = people[0].id;
  byId("pages-link").hidden = !now.about.has_pages;
  readAddress();
  byId("user").addEventListener("change", (event) => {
    place.user = event.target.value;
    go({ home: place.home });
  });
  byId("home-button").addEventListener("click", () => go({ home: true }));
  byId("invite").addEventListener("click", () => act("invite"));
  byId("close-thread").addEventListener("click", deeds.closeThread);
  byId("menu-button").addEventListener("click", () => toggleChannels(!byId("frame").classList.contains("with-menu")));
  byId("conversation").addEventListener("pointerdown", (event) => {
    if (!event.target.closest("#menu-button")) toggleChannels(false);
  });
  const main = composer("composer", "composer-text", (text) => send(text, ""));
  composer("thread-composer", "thread-text", (text) => send(text, place.thread));
  suggest(main.field, now.about.commands);
  byId("paste-trace").addEventListener("click", () => main.insert(`@winerr what is wrong here?\n\`\`\`\n${now.about.trace}\n\`\`\``));
  alertsMenu();
  faultsPanel();
  document.addEventListener("keydown", onEscape);
  for (const list of [byId("messages"), byId("thread-messages")]) {
    followEnd(list);
    walkable(list);
  }
  listen({
    changed: look,
    opened: reconnected,
    lost() {
      isConnected = false;
      showConnection("lost");
    },
  });
}

start();
