// The page: what its address asks for, and the field in which one asks.

import { element, say } from "./element.js";
import { sourceList, sourcePage } from "./library.js";
import { close } from "./panel.js";
import { Problem, sources, useKey } from "./server.js";
import { openings } from "./suggesting.js";
import { ask, last, startAfresh } from "./thread.js";

const at = (id) => document.getElementById(id);
const field = at("question");
const problem = at("problem");

/** Ask, and tell what went wrong where something did; the question stays in the field then. */
async function put(question, options = {}) {
  problem.textContent = "";
  document.body.classList.add("asked-once");
  at("afresh").hidden = false;
  at("start").replaceChildren();
  field.value = "";
  fit();
  try {
    await ask(question, options);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    field.value ||= question; // unless something else has been written meanwhile
    fit();
    problem.textContent = error.message;
    if (error.status === 401) problem.append(keyForm(question, options));
    else if (error.code === "no_generation") problem.append(presentButton(question));
    field.focus();
    return;
  }
  problem.textContent = "";
  nameAnswer();
  field.placeholder = "Ask a follow-up";
  if (matchMedia("(pointer: coarse)").matches) field.blur();
}

/** Let the address and the title be those of the last answer. */
function nameAnswer() {
  const { address, question } = last() ?? {};
  if (address) history.replaceState(null, "", address);
  document.title = question ? `${question} – ibid` : "ibid";
}

/** Asks for the key that the server demands; it is kept for this tab. */
function keyForm(question, options) {
  const key = element("input", { type: "password", "aria-label": "API key", autocomplete: "off", placeholder: "API key" });
  const use = (event) => {
    event?.preventDefault();
    useKey(key.value.trim());
    put(question, options);
  };
  key.addEventListener("keydown", (event) => event.key === "Enter" && use(event));
  return element("span", { class: "key" }, key, element("button", { type: "button", class: "topic", onclick: () => use() }, "Use this key"));
}

const presentButton = (question) =>
  element("button", { type: "button", class: "topic", onclick: () => put(question, { alone: true }) }, "Ask it of the present sources");

/** Show what the address asks for. */
async function route() {
  const place = new URLSearchParams(location.hash.slice(1));
  const library = location.hash === "#sources" || place.has("source");
  if (["#main", "#question"].includes(location.hash)) return;
  close();
  at("asking").hidden = library;
  at("library").hidden = !library;
  for (const [link, here] of [["to-asking", !library], ["to-library", library]]) {
    if (here) at(link).setAttribute("aria-current", "page");
    else at(link).removeAttribute("aria-current");
  }
  if (library) await showLibrary(place.get("source"));
  else if (place.get("q") && location.hash !== last()?.address) {
    await put(place.get("q"), { alone: true, generation: place.get("g") });
  } else nameAnswer();
}

async function showLibrary(id) {
  const view = at("library");
  const parts = await (id === null ? sourceList() : sourcePage(id)).catch((error) => [
    element("h1", { tabindex: -1 }, "Not found"),
    element("p", { class: "failed" }, error.message),
    element("p", null, element("a", { href: "#sources" }, "All sources")),
  ]);
  view.replaceChildren(...parts);
  const heading = view.querySelector("h1");
  document.title = `${heading.textContent} – ibid`;
  scrollTo(0, 0);
  heading.focus({ preventScroll: true });
}

/** As high as what is written in it. */
function fit() {
  field.style.height = "auto";
  field.style.height = `${Math.min(field.scrollHeight + 2, 200)}px`;
}

/** Before the first question: what can be asked. */
async function offer() {
  const { sources: all } = await sources();
  if (document.body.classList.contains("asked-once")) return;
  const list = element("p", { class: "reads" }, all.length === 1 ? "It reads one source: " : `It reads ${all.length} sources: `);
  list.append(element("a", { href: "#sources" }, all.slice(0, 4).map((one) => one.publisher ?? one.title).filter((name, i, names) => names.indexOf(name) === i).join(", ")));
  at("start").append(list);
  const questions = await openings();
  if (!questions.length || document.body.classList.contains("asked-once")) return;
  const buttons = questions.map(({ question }) => element("li", null, element("button", { type: "button", class: "topic", onclick: () => put(question) }, question)));
  at("start").prepend(element("section", { class: "more" }, element("h2", { class: "label" }, "For instance"), element("ul", null, buttons)));
}

at("composer").addEventListener("submit", (event) => {
  event.preventDefault();
  const question = field.value.trim();
  if (question) put(question);
  else field.focus();
});
field.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  at("composer").requestSubmit();
});
field.addEventListener("input", fit);
document.addEventListener("ask", ({ detail: { question, ...options } }) => put(question, options));
at("afresh").addEventListener("click", () => {
  startAfresh();
  close();
  history.replaceState(null, "", "#");
  document.title = "ibid";
  field.placeholder = "Ask a question";
  document.body.classList.remove("asked-once");
  at("afresh").hidden = true;
  field.focus();
  say("A new conversation");
  offer().catch(() => {});
});
addEventListener("hashchange", route);
route();
if (!document.body.classList.contains("asked-once")) offer().catch(() => {});
