// Slack's mrkdwn -> nodes. The text is escaped by whoever wrote it: &amp; &lt; &gt; only.
import { el, link } from "/static/dom.js";

const EMOJI = {
  fire: "🔥", warning: "⚠️", white_check_mark: "✅", x: "❌", eyes: "👀", rotating_light: "🚨", bulb: "💡", mag: "🔍",
  information_source: "ℹ️", question: "❓", thumbsup: "👍", "+1": "👍", thumbsdown: "👎", "-1": "👎", wrench: "🔧",
  hammer: "🔨", memo: "📝", book: "📖", red_circle: "🔴", large_blue_circle: "🔵", bar_chart: "📊", dog: "🐶", cloud: "☁️",
  crystal_ball: "🔮", floppy_disk: "💾", no_entry: "⛔", tada: "🎉", clipboard: "📋", speech_balloon: "💬", wave: "👋",
};
const INLINE = /`([^`\n]{1,3000})`|<([^<>]{1,3000})>|(?<![\w*])\*(?!\s)([^*\n]{1,2000})(?<!\s)\*(?![\w*])|(?<![\w_])_(?!\s)([^_\n]{1,2000})(?<!\s)_(?![\w_])|(?<![\w~])~(?!\s)([^~\n]{1,2000})(?<!\s)~(?![\w~])|:([a-z0-9_+-]{1,40}):/g;

export function unescape(text) {
  return text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
}

export function emoji(name) {
  return EMOJI[name] ?? `:${name}:`;
}

export function withEmoji(text) {
  return text.replace(/:([a-z0-9_+-]{1,40}):/g, (whole, name) => EMOJI[name] ?? whole);
}

export function mention(id, names) {
  const mine = id === names.me ? " me" : "";
  return el("span", { class: `mention${mine}` }, `@${names.users.get(id) ?? id}`);
}

// names: { users: Map id -> name, channels: Map id -> name, me: id }
export function mrkdwn(text, names) {
  const parts = String(text ?? "").split("```");
  if (parts.length % 2 === 0) parts.splice(-2, 2, parts.slice(-2).join("```"));
  return parts.flatMap((part, index) => {
    if (index % 2) return [el("pre", {}, ...inline(part.replace(/^\n|\n$/g, ""), names, true))];
    const rest = index ? part.replace(/^\n/, "") : part;
    return rest.trim() === "" ? [] : lines(rest, names);
  });
}

function lines(text, names) {
  const out = [];
  let plain = [];
  let quoted = [];
  const flush = () => {
    if (plain.length) out.push(...inline(plain.join("\n"), names));
    if (quoted.length) out.push(el("blockquote", {}, ...inline(quoted.join("\n"), names)));
    plain = [];
    quoted = [];
  };
  for (const line of text.split("\n")) {
    const quote = /^&gt;\s?/.exec(line);
    if ((quote && plain.length) || (!quote && quoted.length)) flush();
    if (quote) quoted.push(line.slice(quote[0].length));
    else plain.push(line);
  }
  flush();
  return out;
}

function inline(text, names, inCode = false) {
  const out = [];
  let done = 0;
  for (const match of text.matchAll(INLINE)) {
    const node = token(match, names, inCode);
    if (node === null) continue;
    out.push(unescape(text.slice(done, match.index)), node);
    done = match.index + match[0].length;
  }
  out.push(unescape(text.slice(done)));
  return out.filter((part) => part !== "");
}

function token([, code, angle, bold, italic, strike, name], names, inCode) {
  if (angle !== undefined) return bracket(angle, names);
  if (inCode) return null;
  if (code !== undefined) return el("code", {}, ...inline(code, names, true));
  if (bold !== undefined) return el("b", {}, ...inline(bold, names));
  if (italic !== undefined) return el("i", {}, ...inline(italic, names));
  if (strike !== undefined) return el("s", {}, ...inline(strike, names));
  return EMOJI[name] ? EMOJI[name] : null;
}

function bracket(content, names) {
  const cut = content.indexOf("|");
  const target = cut < 0 ? content : content.slice(0, cut);
  const label = cut < 0 ? "" : content.slice(cut + 1);
  if (target.startsWith("@")) return mention(target.slice(1), names);
  if (target.startsWith("#")) {
    const channel = target.slice(1);
    return el("span", { class: "mention" }, `#${names.channels.get(channel) ?? (label || channel)}`);
  }
  if (target.startsWith("!date^")) return unescape(label || target);
  if (target.startsWith("!")) return el("span", { class: "mention" }, `@${label || target.slice(1)}`);
  return link(unescape(target), ...(label ? inline(label, names) : [unescape(target)]));
}
