// Block Kit -> nodes.
import { el, link } from "/static/dom.js";
import { element, input, words } from "/static/elements.js";
import { mrkdwn } from "/static/mrkdwn.js";
import { markdown, richText, table } from "/static/richtext.js";

export function textObject(text, names) {
  return text.type === "mrkdwn" ? mrkdwn(text.text, names) : [words(text)];
}

export function kit(blocks, names, use) {
  return el("div", { class: "kit" }, ...blocks.map((block) => draw(block, names, use)));
}

function draw(block, names, use) {
  switch (block.type) {
    case "header":
      return el("div", { class: "header", role: "heading", "aria-level": "3" }, words(block.text));
    case "divider":
      return el("hr");
    case "section":
      return section(block, names, use);
    case "context":
      return el("div", { class: "context" }, ...block.elements.map((each) => contextPart(each, names)));
    case "actions":
    case "context_actions":
      return el("div", { class: "actions" }, ...block.elements.map((each) => element(block, each, use, names)));
    case "rich_text":
      return richText(block, names);
    case "markdown":
      return markdown(block.text);
    case "table":
      return table(block, names);
    case "input":
      return inputBlock(block, names, use);
    case "alert":
      return el("div", { class: "alert-block text" }, ...textObject(block.text, names));
    case "image":
      return el("div", { class: "hint" }, `[image: ${block.alt_text}]`);
    default:
      return el("div", { class: "hint" }, `[${block.type}]`);
  }
}

function section(block, names, use) {
  const body = el("div", { class: "body" });
  if (block.text) body.append(el("div", { class: "text" }, ...textObject(block.text, names)));
  if (block.fields) {
    body.append(el("div", { class: "fields" }, ...block.fields.map((each) => el("div", { class: "text" }, ...textObject(each, names)))));
  }
  const accessory = block.accessory ? [element(block, block.accessory, use, names)].flat() : [];
  return el("div", { class: "section" }, body, ...accessory);
}

function contextPart(part, names) {
  if (part.type === "image") return el("span", {}, `[${part.alt_text}]`);
  return el("span", { class: "text" }, ...textObject(part, names));
}

function inputBlock(block, names, use) {
  const id = `input-${block.block_id}`;
  const notify = block.dispatch_action ? use : undefined;
  const node = input(block, block.element, notify, names);
  const isGroup = node.matches("[role=group]");
  node.id = id;
  node.setAttribute("aria-describedby", `${id}-help`);
  if (isGroup) node.setAttribute("aria-labelledby", `${id}-label`);
  const suffix = block.optional ? " (optional)" : "";
  const label = isGroup
    ? el("div", { class: "label", id: `${id}-label` }, words(block.label), suffix)
    : el("label", { for: id }, words(block.label), suffix);
  const help = el("div", { class: "help", id: `${id}-help` }, words(block.hint));
  return el("div", { class: "field-block", "data-input": block.block_id }, label, node, help);
}

export function attachment(item, names, use) {
  const node = el("div", { class: "attachment" });
  const colors = { good: "#2eb67d", warning: "#ecb22e", danger: "#e01e5a" };
  const color = colors[item.color] ?? (item.color ? `#${String(item.color).replace("#", "")}` : "");
  if (/^#[0-9a-f]{3,8}$/i.test(color)) node.style.setProperty("--bar", color);
  const add = (cls, ...children) => node.append(el("div", { class: `text ${cls}` }, ...children));
  if (item.pretext) add("", ...mrkdwn(item.pretext, names));
  if (item.author_name) add("foot", item.author_name);
  if (item.title) add("att-title", item.title_link ? link(item.title_link, item.title) : item.title);
  if (item.text) add("", ...mrkdwn(item.text, names));
  if (item.fields?.length) node.append(el("div", { class: "short-fields" }, ...item.fields.map((each) => field(each, names))));
  if (item.blocks?.length) node.append(kit(item.blocks, names, use));
  if (!item.text && !item.title && !item.blocks && item.fallback) add("", item.fallback);
  if (item.footer) add("foot", item.footer);
  return node;
}

function field(item, names) {
  const cls = item.short ? "text" : "text long";
  return el("div", { class: cls }, el("b", {}, item.title ?? ""), el("br"), ...mrkdwn(item.value ?? "", names));
}
