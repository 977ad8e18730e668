// rich_text, table and markdown blocks -> nodes.
import { el, link } from "/static/dom.js";
import { emoji, mention } from "/static/mrkdwn.js";

export function richText(block, names) {
  return el("div", { class: "text" }, ...block.elements.map((each) => part(each, names)));
}

function part(element, names) {
  const runs = () => (element.elements ?? []).flatMap((each) => run(each, names));
  switch (element.type) {
    case "rich_text_preformatted":
      return preformatted(runs());
    case "rich_text_quote":
      return el("blockquote", {}, ...runs());
    case "rich_text_list":
      return list(element, names);
    default:
      return el("div", {}, ...runs());
  }
}

function list(element, names) {
  const tag = element.style === "ordered" ? "ol" : "ul";
  const items = element.elements.map((each) => el("li", {}, ...each.elements.flatMap((one) => run(one, names))));
  const node = el(tag, { class: "list", start: element.offset ? element.offset + 1 : undefined }, ...items);
  node.style.marginLeft = `${(element.indent ?? 0) * 22}px`;
  return node;
}

export function preformatted(children) {
  const pre = el("pre", {}, ...children);
  const copy = el("button", { type: "button", class: "copy", "aria-label": "Copy this" }, "Copy");
  copy.addEventListener("click", async () => {
    await navigator.clipboard?.writeText(pre.textContent).catch(() => {});
    copy.textContent = "Copied";
    setTimeout(() => (copy.textContent = "Copy"), 1500);
  });
  return el("div", { class: "copyable" }, pre, copy);
}

function run(element, names) {
  const node = leaf(element, names);
  return Object.entries({ code: "code", bold: "b", italic: "i", strike: "s", underline: "u" }).reduce(
    (inner, [style, tag]) => (element.style?.[style] ? el(tag, {}, inner) : inner),
    node,
  );
}

function leaf(element, names) {
  switch (element.type) {
    case "text":
      return element.text;
    case "link":
      return link(element.url, element.text || element.url);
    case "user":
      return mention(element.user_id, names);
    case "channel":
      return el("span", { class: "mention" }, `#${names.channels.get(element.channel_id) ?? element.channel_id}`);
    case "broadcast":
      return el("span", { class: "mention" }, `@${element.range}`);
    case "emoji":
      return emoji(element.name);
    case "date":
      return element.fallback ?? new Date(element.timestamp * 1000).toLocaleString();
    default:
      return element.text ?? element.value ?? "";
  }
}

// What a person typed, out of the blocks that were made of it.
export function asTyped(blocks, names) {
  const run = (each) => {
    if (each.type === "user") return `@${names.users.get(each.user_id) ?? each.user_id}`;
    if (each.type === "channel") return `#${names.channels.get(each.channel_id) ?? each.channel_id}`;
    if (each.type === "broadcast") return `@${each.range}`;
    const text = each.text ?? each.url ?? "";
    return each.style?.code ? `\`${text}\`` : text;
  };
  const section = ({ type, elements = [] }) => {
    const text = elements.map(run).join("");
    return type === "rich_text_preformatted" ? `\`\`\`\n${text}\n\`\`\`` : text;
  };
  return blocks.flatMap((block) => (block.elements ?? []).map(section)).join("");
}

export function table(block, names) {
  const cell = (each, tag) => {
    const content = each.type === "rich_text" ? richText(each, names) : String(each.text ?? each.value ?? "");
    return el(tag, tag === "th" ? { scope: "col" } : {}, content);
  };
  const [head, ...body] = block.rows.map((row, index) => el("tr", {}, ...row.map((each) => cell(each, index ? "td" : "th"))));
  return el("div", { class: "table-frame", tabindex: "0", role: "region", "aria-label": "Table" }, el("table", {}, el("thead", {}, head), el("tbody", {}, ...body)));
}

// The part of Markdown that answers use: headings, lists, fences, bold, italic, code, links.
export function markdown(text) {
  const out = [];
  const fences = text.split(/^```.*$/m);
  fences.forEach((piece, index) => {
    if (index % 2) out.push(preformatted([piece.replace(/^\n|\n$/g, "")]));
    else out.push(...piece.split(/\n{2,}/).filter((each) => each.trim()).map(paragraph));
  });
  return el("div", { class: "markdown" }, ...out);
}

function paragraph(text) {
  const heading = /^(#{1,6})\s+(.*)$/.exec(text.trim());
  if (heading) return el(`h${Math.min(heading[1].length + 2, 5)}`, {}, ...spans(heading[2]));
  const rows = text.trim().split("\n");
  if (rows.every((row) => /^\s*[-*]\s+/.test(row))) {
    return el("ul", { class: "list" }, ...rows.map((row) => el("li", {}, ...spans(row.replace(/^\s*[-*]\s+/, "")))));
  }
  if (rows.every((row) => /^\s*\d+[.)]\s+/.test(row))) {
    return el("ol", { class: "list" }, ...rows.map((row) => el("li", {}, ...spans(row.replace(/^\s*\d+[.)]\s+/, "")))));
  }
  return el("p", {}, ...spans(text.trim()));
}

function spans(text) {
  const out = [];
  let done = 0;
  const pattern = /`([^`\n]{1,3000})`|\*\*([^*\n]{1,2000})\*\*|(?<![\w*])\*([^*\n]{1,2000})\*|(?<!\w)_([^_\n]{1,2000})_(?!\w)|\[([^[\]\n]{1,500})\]\(([^()\s]{1,2000})\)/g;
  for (const match of text.matchAll(pattern)) {
    out.push(text.slice(done, match.index));
    const [, code, bold, star, under, label, target] = match;
    if (code !== undefined) out.push(el("code", {}, code));
    else if (bold !== undefined) out.push(el("b", {}, bold));
    else if (label !== undefined) out.push(link(target, label));
    else out.push(el("i", {}, star ?? under));
    done = match.index + match[0].length;
  }
  out.push(text.slice(done));
  return out;
}
