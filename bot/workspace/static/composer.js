// The two message fields: sending, growing, slash commands, the name of the bot.
import { byId, el } from "/static/dom.js";

// send(text) resolves to true when the text was taken.
export function composer(formId, textId, send) {
  const form = byId(formId);
  const field = byId(textId);
  const grow = () => {
    field.style.height = "auto";
    field.style.height = `${field.scrollHeight}px`;
  };
  const submit = async () => {
    const text = field.value.trim();
    if (!text) return;
    change(field, "");
    if (!(await send(text)) && !field.value) change(field, text);
  };
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    submit();
  });
  field.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      submit();
    }
  });
  field.addEventListener("input", grow);
  for (const button of form.querySelectorAll("[data-insert]")) {
    button.addEventListener("click", () => insert(field, button.dataset.insert));
  }
  return { field, insert: (text) => insert(field, text) };
}

function change(field, text) {
  field.value = text;
  field.dispatchEvent(new Event("input"));
}

function insert(field, text) {
  const starts = text.startsWith("/");
  if (starts) field.value = text + field.value.replace(/^\/\w+\s*/, "");
  else field.setRangeText(text, field.selectionStart, field.selectionEnd, "end");
  field.focus();
  field.dispatchEvent(new Event("input"));
}

// What a text that begins with a slash will do.
export function suggest(field, commands) {
  const box = byId("suggestions");
  const update = () => {
    const word = /^\/\S*/.exec(field.value)?.[0];
    const fitting = word ? commands.filter((each) => each.startsWith(word) || word === each) : [];
    box.hidden = !word;
    const line = fitting.length
      ? [el("b", {}, fitting[0]), " sends what follows to the app: a code, a name, a text, a question"]
      : ["There is no such command. ", el("b", {}, commands.join(", ")), " is one."];
    box.replaceChildren(...line);
  };
  field.addEventListener("input", update);
  field.addEventListener("blur", () => (box.hidden = true));
}
