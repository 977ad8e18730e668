// Buttons, menus and inputs of Block Kit. `use(block, element, value, node)` is called when one is used.
import { el } from "/static/dom.js";
import { menu } from "/static/menu.js";
import { ask } from "/static/question.js";
import { withEmoji } from "/static/mrkdwn.js";

export function words(text) {
  return withEmoji(text?.text ?? "");
}

export function element(block, item, use, names) {
  switch (item.type) {
    case "button":
      return button(block, item, use);
    case "overflow":
      return overflow(block, item, use);
    case "feedback_buttons":
      return ["positive_button", "negative_button"].map((which) =>
        button(block, { ...item, text: item[which].text, value: item[which].value, style: undefined }, use),
      );
    case "icon_button":
      return button(block, item, use);
    case "image":
      return el("span", { class: "hint" }, `[image: ${item.alt_text}]`);
    default:
      return input(block, item, use, names);
  }
}

function button(block, item, use) {
  const style = item.style ? `style-${item.style}` : "";
  const shared = { class: style, "data-action": item.action_id, "aria-label": item.accessibility_label };
  const node = item.url && /^https?:/i.test(item.url)
    ? el("a", { ...shared, class: `button ${style}`, href: item.url, target: "_blank", rel: "noopener noreferrer" }, words(item.text))
    : el("button", { ...shared, type: "button" }, words(item.text));
  node.addEventListener("click", async () => {
    if (node.getAttribute("aria-busy") || !(await agreed(item.confirm))) return;
    node.setAttribute("aria-busy", "true");
    await use(block, item, item.value ?? null);
    node.removeAttribute("aria-busy");
  });
  return node;
}

async function agreed(confirm) {
  if (!confirm) return true;
  const { title, text, style } = confirm;
  return ask({ title: words(title), text: words(text), yes: words(confirm.confirm), no: words(confirm.deny), danger: style === "danger" });
}

function overflow(block, item, use) {
  const node = el("button", { type: "button", class: "more", "data-action": item.action_id, "aria-label": "More actions" }, "⋯");
  const choose = async (option) => {
    if (!(await agreed(item.confirm))) return;
    if (option.url) window.open(option.url, "_blank", "noopener,noreferrer");
    use(block, item, option.value);
  };
  return menu(node, "More actions", item.options.map((option) => ({ words: words(option.text), deed: () => choose(option) })));
}

export function input(block, item, use, names) {
  const node = control(block, item, use, names);
  node.dataset.block = block.block_id ?? "";
  node.dataset.action = item.action_id ?? "";
  node.dataset.kind = item.type;
  return node;
}

function control(block, item, use, names) {
  const kind = item.type;
  if (kind === "plain_text_input") return textInput(block, item, use);
  if (kind === "checkboxes" || kind === "radio_buttons") return choices(block, item, use);
  if (kind.endsWith("_select")) return select(block, item, use, names, words(item.placeholder) || "Choose");
  const types = { number_input: "number", email_text_input: "email", url_text_input: "url", datepicker: "date", timepicker: "time" };
  const start = item.initial_value ?? item.initial_date ?? item.initial_time ?? "";
  const node = el("input", { type: types[kind] ?? "text", value: start, placeholder: words(item.placeholder), step: item.is_decimal_allowed ? "any" : undefined });
  if (kind.endsWith("picker")) node.addEventListener("change", () => use?.(block, item, node.value));
  return node;
}

function textInput(block, item, use) {
  const shared = { placeholder: words(item.placeholder), maxlength: item.max_length, minlength: item.min_length };
  if (!item.multiline) {
    const node = el("input", { type: "text", value: item.initial_value ?? "", ...shared });
    node.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && use && !event.isComposing) use(block, item, valueOf(node));
    });
    return node;
  }
  return el("textarea", { rows: 4, ...shared }, item.initial_value ?? "");
}

function choices(block, item, use) {
  const type = item.type === "checkboxes" ? "checkbox" : "radio";
  const initial = item.initial_options ?? (item.initial_option ? [item.initial_option] : []);
  const chosen = new Set(initial.map((option) => option.value));
  const group = el("div", { role: "group" });
  for (const option of item.options) {
    const box = el("input", { type, name: `${block.block_id}-${item.action_id}`, value: option.value, checked: chosen.has(option.value) });
    box.addEventListener("change", () => use?.(block, item, valueOf(group)));
    const described = option.description ? el("span", { class: "described" }, ` – ${words(option.description)}`) : "";
    group.append(el("label", { class: "choice" }, box, el("span", {}, words(option.text), described)));
  }
  return group;
}

function select(block, item, use, names, hint) {
  const many = item.type.startsWith("multi_");
  const initial = startOf(item);
  const node = el("select", { "data-action": item.action_id, "aria-label": hint, multiple: many });
  if (!many) node.append(el("option", { value: "" }, hint));
  for (const group of item.option_groups ?? [{ options: optionsOf(item, names) }]) {
    const options = group.options.map((each) => el("option", { value: each.value, selected: initial.has(each.value) }, words(each.text)));
    node.append(...(group.label ? [el("optgroup", { label: words(group.label) }, ...options)] : options));
  }
  node.addEventListener("change", () => use?.(block, item, valueOf(node)));
  return node;
}

function startOf(item) {
  const options = item.initial_options ?? (item.initial_option ? [item.initial_option] : []);
  const plain = item.initial_user ?? item.initial_channel ?? item.initial_conversation;
  return new Set([...options.map((option) => option.value), ...(item.initial_channels ?? item.initial_conversations ?? []), plain]);
}

function optionsOf(item, names) {
  const from = (map, sign) => [...map].map(([id, name]) => ({ value: id, text: { text: `${sign}${name}` } }));
  if (item.type.includes("users")) return from(names.users, "@");
  if (item.type.includes("channels") || item.type.includes("conversations")) return from(names.channels, "#");
  return item.options ?? [];
}

export function valueOf(node) {
  if (node.matches("[role=group]")) {
    const chosen = [...node.querySelectorAll("input:checked")].map((box) => box.value);
    return node.querySelector("[type=radio]") ? (chosen[0] ?? null) : chosen;
  }
  if (node.matches("select[multiple]")) return [...node.selectedOptions].map((option) => option.value);
  return node.value === "" ? null : node.value;
}

// What stands in all inputs below a node: block_id -> action_id -> value.
export function collect(root) {
  const values = {};
  for (const node of root.querySelectorAll("[data-kind]")) {
    (values[node.dataset.block] ??= {})[node.dataset.action] = valueOf(node);
  }
  return values;
}
