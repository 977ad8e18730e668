// Where the person is, what was seen last, and how the page asks the workspace to do something.
import { byId } from "/static/dom.js";

export const place = { user: "", channel: "C0INCIDENT", thread: "", home: false };
// about: what does not change; seen: the last look at the workspace.
export const now = { about: null, seen: null };

const UNREACHABLE = "The workspace does not answer. Is it still running?";

export function act(name, body = {}) {
  return post(name, { user: place.user, channel: place.channel, ...body });
}

export async function post(name, body) {
  const answer = await fetch(`/workspace/${name}`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  })
    .then((response) => response.json())
    .catch(() => ({ ok: false, error: UNREACHABLE }));
  if (!answer.ok && answer.error) complain(answer.error);
  return answer;
}

export function complain(text) {
  const node = byId("problem");
  node.textContent = text;
  // Anew each time: what is shown last lies above an open window.
  node.hidePopover();
  node.showPopover();
  clearTimeout(complain.timer);
  complain.timer = setTimeout(() => node.hidePopover(), 6000);
}

export function names() {
  return {
    users: new Map(now.about.users.map((user) => [user.id, user.name])),
    channels: new Map(now.seen.channels.filter((each) => each.kind !== "im").map((each) => [each.id, each.name])),
    me: place.user,
  };
}

export function here() {
  return now.seen.channels.find((each) => each.id === place.channel);
}
