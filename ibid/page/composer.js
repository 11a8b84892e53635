// The field in which one asks, and what can be asked before the first question.

import { element, say } from "./element.js";
import { close } from "./panel.js";
import { Problem, sources } from "./server.js";
import { openings } from "./suggesting.js";
import { ask, last, questions, restore, startAfresh } from "./thread.js";

const at = (id) => document.getElementById(id);
const field = at("question");
const problem = at("problem");
// How many questions back the one in the field is; 0 where it is none that was asked before.
let back = 0;

/** Ask. */
export async function put(question, options = {}) {
  problem.textContent = "";
  begun(true);
  if (field.value.trim() === question.trim()) write("");
  try {
    const isAnswered = await ask(question, options);
    problem.textContent = ""; // of a question that was put meanwhile
    nameAnswer();
    if (isAnswered) field.placeholder = "Ask a follow-up";
    if (matchMedia("(pointer: coarse)").matches) field.blur();
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    if (!field.value) write(question);
    problem.textContent = error.message;
    field.focus();
  }
}

/** Let the address and the title be those of the last answer. */
export function nameAnswer() {
  if (at("asking").hidden) return; // another view has been opened meanwhile
  const { address, question } = last() ?? {};
  if (address) history.replaceState(null, "", address);
  document.title = question ? `${question} – ibid` : "ibid";
}

/** Show the conversation that was kept. */
export function begin() {
  if (!restore()) return;
  begun(true);
  field.placeholder = "Ask a follow-up";
  // Where one goes back or loads the page again, the browser knows where one was.
  if (performance.getEntriesByType("navigation")[0]?.type === "navigate") document.querySelector(".turn:last-child").scrollIntoView();
}

/** Be ready to be written in, where that opens no keyboard upon the screen. */
export function ready() {
  if (matchMedia("(pointer: fine)").matches) field.focus({ preventScroll: true });
}

function begun(whether) {
  document.body.classList.toggle("asked-once", whether);
  at("below").hidden = !whether;
  if (whether) at("start").replaceChildren();
}

/** As high as what is written in it. */
function fit() {
  field.style.height = "auto";
  field.style.height = `${Math.min(field.scrollHeight + 2, 200)}px`;
}

function write(text) {
  field.value = text;
  fit();
}

/** Before the first question: what can be asked. */
export async function offer() {
  if (document.body.classList.contains("asked-once")) return;
  const { sources: all } = await sources().catch(() => ({ sources: [] }));
  if (!all.length || document.body.classList.contains("asked-once")) return;
  const list = element("p", { class: "reads" }, all.length === 1 ? "It reads one source: " : `It reads ${all.length} sources: `);
  list.append(element("a", { href: "./#sources" }, all.slice(0, 4).map((one) => one.publisher ?? one.title).filter((name, i, names) => names.indexOf(name) === i).join(", ")));
  at("start").append(list);
  const found = await openings();
  if (!found.length || document.body.classList.contains("asked-once")) return;
  const buttons = found.map(({ question }) => element("li", null, element("button", { type: "button", class: "topic", onclick: () => put(question) }, question)));
  at("start").prepend(element("section", { class: "more" }, element("h2", { class: "label" }, "For instance"), element("ul", null, buttons)));
}

/** Bring back the question `by` further back, where none is being written. */
function recall(event, by) {
  const before = questions();
  const now = back ? before.at(-back) : "";
  if (field.value !== now || back + by < 0 || back + by > before.length) return;
  event.preventDefault();
  back += by;
  write(back ? before.at(-back) : "");
}

at("composer").addEventListener("submit", (event) => {
  event.preventDefault();
  const question = field.value.trim();
  back = 0;
  if (question) put(question);
  else field.focus();
});
field.addEventListener("keydown", (event) => {
  if (event.isComposing || event.shiftKey) return;
  if (event.key === "ArrowUp") recall(event, 1);
  if (event.key === "ArrowDown") recall(event, -1);
  if (event.key !== "Enter") return;
  event.preventDefault();
  at("composer").requestSubmit();
});
field.addEventListener("input", () => {
  fit();
  if (!field.value) back = 0;
});
document.addEventListener("ask", ({ detail: { question, ...options } }) => put(question, options));
document.addEventListener("edit", ({ detail }) => {
  write(detail);
  field.focus();
});
document.addEventListener("kept", ({ detail: isKept }) => {
  at("keeping").textContent = isKept ? "It is kept in this tab alone." : "It cannot be kept here: a reload loses it.";
});
at("afresh").addEventListener("click", () => {
  startAfresh();
  close();
  history.replaceState(null, "", "./#");
  document.title = "ibid";
  field.placeholder = "Ask a question";
  problem.textContent = "";
  begun(false);
  field.focus();
  say("A new conversation");
  offer();
});
