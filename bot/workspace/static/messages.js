// One message -> node.
import { el } from "/static/dom.js";
import { attachment, kit } from "/static/blocks.js";
import { collect } from "/static/elements.js";
import { emoji, mrkdwn, withEmoji } from "/static/mrkdwn.js";
import { asTyped } from "/static/richtext.js";

const COLORS = ["#7a3e9d", "#1f6f5c", "#9a4a1c", "#2b5fa8", "#8a2f5a", "#4f6b1f"];

// context: { names, app: id of the bot, deeds: what the page can do, inThread }
export function message(item, context) {
  const { names } = context;
  const author = authorOf(item, context);
  const node = el("article", { class: `message${item.is_ephemeral ? " whisper" : ""}`, tabindex: "-1", "data-ts": item.ts, "aria-label": `Message from ${author.name}` });
  if (item.subtype === "tombstone") {
    node.append(el("div", { class: "avatar gone", "aria-hidden": "true" }, "🗑"), el("p", { class: "said gone" }, item.text));
    return node;
  }
  if (item.is_ephemeral) node.append(onlyYou(item, context));
  node.append(avatar(author), el("div", { class: "said" }, heading(item, author), ...content(item, context), under(item, context)));
  if (!item.is_ephemeral) node.append(deeds(item, context, node));
  return node;
}

function authorOf(item, { names, app }) {
  const isBot = Boolean(item.bot_id || item.subtype === "bot_message");
  const known = item.user === "USLACKBOT" ? "Slackbot" : names.users.get(item.user);
  const name = item.bot_profile?.name ?? item.username ?? known ?? (item.bot_id ? "Incoming webhook" : "Somebody");
  return { name, isBot, isApp: item.user === app };
}

function avatar(author) {
  const node = el("div", { class: "avatar", "aria-hidden": "true" }, author.isApp ? "⚙" : author.name.slice(0, 1).toUpperCase());
  const sum = [...author.name].reduce((total, letter) => total + letter.codePointAt(0), 0);
  node.style.backgroundColor = author.isApp ? "#0a5ad2" : COLORS[sum % COLORS.length];
  return node;
}

function heading(item, author) {
  const at = new Date(Number(item.ts) * 1000);
  const time = el("time", { datetime: at.toISOString(), title: at.toLocaleString() }, at.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" }));
  return el("div", { class: "by" }, el("strong", {}, author.name), author.isBot ? el("span", { class: "badge" }, "APP") : null, time);
}

function content(item, context) {
  const { names } = context;
  const parts = [];
  const use = (block, element, value) => context.deeds.click(item, element, value, collect(root()));
  const root = () => document.querySelector(`[data-ts="${CSS.escape(item.ts)}"]`) ?? document.createElement("div");
  if (item.blocks?.length) parts.push(kit(item.blocks, names, use));
  else if (item.text) parts.push(el("div", { class: "text" }, ...mrkdwn(item.text, names)));
  if (item.edited) parts.push(el("span", { class: "edited" }, "(edited)"));
  parts.push(...(item.attachments ?? []).map((each) => attachment(each, names, use)));
  parts.push(...(item.files ?? []).map(file));
  return parts;
}

function file(item) {
  const pre = el("pre", {}, item.preview ?? "");
  const node = el("details", { class: "file" }, el("summary", {}, `${item.title} – snippet, ${item.lines} lines`), pre);
  node.addEventListener("toggle", async () => {
    if (node.open) pre.textContent = await (await fetch(`/workspace/file/${encodeURIComponent(item.id)}`)).text();
  }, { once: true });
  return node;
}

function under(item, context) {
  const node = el("div", { class: "under" });
  for (const each of item.reactions ?? []) {
    node.append(el("span", { class: "reaction" }, `${withEmoji(emoji(each.name))} ${each.count}`));
  }
  if (item.reply_count && !context.inThread) {
    const count = item.reply_count === 1 ? "1 reply" : `${item.reply_count} replies`;
    node.append(el("button", { type: "button", class: "open-thread", onclick: () => context.deeds.openThread(item.ts) }, count));
  }
  return node.childNodes.length ? node : null;
}

function onlyYou(item, context) {
  const dismiss = el("button", { type: "button", onclick: () => context.deeds.dismiss(item.ts) }, "Dismiss");
  return el("div", { class: "only-you" }, el("span", {}, "Only visible to you"), dismiss);
}

function deeds(item, context, node) {
  const bar = el("div", { class: "deeds", role: "group", "aria-label": "Message actions" });
  const add = (words, deed) => bar.append(el("button", { type: "button", onclick: deed }, words));
  if (!context.inThread) add("Reply", () => context.deeds.openThread(item.thread_ts ?? item.ts, true));
  for (const shortcut of context.shortcuts) add(shortcut.name, () => context.deeds.shortcut(item.ts, shortcut.callback_id));
  if (item.user === context.names.me) {
    if (!item.files) add("Edit", () => edit(item, context, node));
    add("Delete", () => context.deeds.remove(item.ts));
  }
  return bar;
}

// The text becomes a field, as in Slack: Enter saves, Escape leaves everything as it was.
function edit(item, context, node) {
  const field = el("textarea", { rows: "1", "aria-label": "Edit the message" }, asTyped(item.blocks ?? [], context.names));
  const grow = () => {
    field.style.height = "auto";
    field.style.height = `${field.scrollHeight}px`;
  };
  const end = () => {
    node.isEdited = false;
    const drawn = message(item, context);
    node.replaceChildren(...drawn.childNodes);
    node.focus();
  };
  const save = async () => {
    const text = field.value.trim();
    if (text && !(await context.deeds.edit(item.ts, text)).ok) return;
    end();
  };
  field.addEventListener("input", grow);
  field.addEventListener("keydown", (event) => {
    if (event.isComposing || (event.key !== "Escape" && (event.key !== "Enter" || event.shiftKey))) return;
    event.preventDefault();
    event.stopPropagation();
    if (event.key === "Enter") save();
    else end();
  });
  const tools = el("div", { class: "tools" }, el("span", { class: "hint" }, "Enter saves, Escape cancels"), el("button", { type: "button", onclick: end }, "Cancel"), el("button", { type: "button", class: "primary", onclick: save }, "Save"));
  node.isEdited = true;
  node.querySelector(".said").replaceChildren(el("div", { class: "composer in-place" }, field, tools));
  node.querySelector(".deeds").remove();
  grow();
  field.focus();
  field.setSelectionRange(field.value.length, field.value.length);
}
