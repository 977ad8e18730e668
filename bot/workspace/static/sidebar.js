// Channels, direct messages, the app, and whether it is connected.
import { byId, el, reconcile } from "/static/dom.js";
import { now, place } from "/static/state.js";

const read = new Map();

// go({ channel } or { home: true }): the person wants to be elsewhere.
export function drawSidebar(go) {
  read.set(place.channel, now.seen.channels.find((each) => each.id === place.channel)?.latest);
  const items = (isDirect) =>
    now.seen.channels
      .filter((each) => (each.kind === "im") === isDirect)
      .map((each) => ({
        key: each.id,
        content: { id: each.id, name: isDirect ? "winerr" : each.name, sigil: isDirect ? "@" : "#", here: !place.home && each.id === place.channel, unread: (read.get(each.id) ?? "") < each.latest },
      }));
  const draw = (each) => placeItem(each, go);
  reconcile(byId("channel-list"), items(false), draw);
  reconcile(byId("direct-list"), items(true), draw);
  byId("home-button").setAttribute("aria-current", String(place.home));
}

function placeItem(each, go) {
  const label = each.unread ? `${each.name}, unread` : undefined;
  const button = el("button", { type: "button", class: `place${each.unread ? " unread" : ""}`, "aria-current": String(each.here), "aria-label": label, onclick: () => go({ channel: each.id }) }, el("span", { class: "sigil", "aria-hidden": "true" }, each.sigil), each.name);
  return el("li", {}, button);
}

export function forgetWhatWasRead() {
  read.clear();
}

// state: "on", "off" (the app is not there) or "lost" (the workspace is not there)
export function showConnection(state) {
  const node = byId("connection");
  node.classList.toggle("on", state === "on");
  say(node, state === "on" ? "winerr is connected" : state === "off" ? "winerr is not connected" : "reconnecting…");
  const strip = byId("trouble");
  const words = {
    on: "",
    off: "winerr is not connected. Messages are delivered again after one minute and after five, as at Slack; commands fail.",
    lost: "The connection to the workspace is lost. Trying again…",
  };
  say(strip, words[state]);
  strip.hidden = state === "on";
}

function say(node, words) {
  if (node.textContent !== words) node.textContent = words;
}

// On a narrow screen the channels stand behind a button.
export function toggleChannels(open) {
  const button = byId("menu-button");
  if ((button.getAttribute("aria-expanded") === "true") === open) return;
  byId("frame").classList.toggle("with-menu", open);
  button.setAttribute("aria-expanded", String(open));
  if (!button.checkVisibility()) return;
  const current = () => byId("sidebar").querySelector("[aria-current=true]") ?? byId("home-button");
  // Not before it is visible, which the transition delays.
  if (open) requestAnimationFrame(() => requestAnimationFrame(() => current().focus()));
  else if (byId("sidebar").contains(document.activeElement)) button.focus();
}
