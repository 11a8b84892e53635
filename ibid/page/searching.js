// The passages that are found for a question, for one who wants to read for oneself.

import { quote } from "./answer.js";
import { element, facts, sections } from "./element.js";
import { showCitation } from "./panel.js";
import { search } from "./server.js";

const STEP = 10;
const MOST = 100;

const panel = document.getElementById("panel");
const field = element("input", { id: "sought", type: "search", name: "q", maxlength: 2000, autocomplete: "off", enterkeyhint: "search", placeholder: "Words, or a question" });
const form = element(
  "form",
  { class: "field", role: "search", "aria-label": "Search the sources" },
  element("label", { class: "spoken", for: "sought" }, "What to search for"),
  field,
  element("button", { type: "submit" }, "Search"),
);
const told = element("p", { class: "told", role: "status" });
const list = element("ol", { class: "hits" });
const rest = element("p", { class: "ways" });
const shown = { question: null, found: null, wanted: STEP };
// Whether the passage beside was opened from the list, so that the way back is one step.
let isStep = false;

/** Show in `view` what the address asks for: `?q=` what is sought, `#passage=` the number of a passage to open. */
export async function showSearch(view) {
  if (!form.isConnected) view.replaceChildren(element("h1", { tabindex: -1 }, "Search"), form, told, list, rest);
  const question = new URLSearchParams(location.search).get("q")?.trim() ?? "";
  if (question !== shown.question) {
    Object.assign(shown, { question, found: null, wanted: STEP });
    field.value = question;
    scrollTo(0, 0);
    await find();
  }
  document.title = question ? `${question} – Search – ibid` : "Search – ibid";
  const number = Number(new URLSearchParams(location.hash.slice(1)).get("passage"));
  if (number && shown.found) showCitation({ ...shown.found, nearest: [] }, number, list.querySelector(`a[href="#passage=${number}"]`), "Passage");
  else if (!question && matchMedia("(pointer: fine)").matches) field.focus({ preventScroll: true });
}

/** Search, and show what is found. */
async function find() {
  const { question, wanted } = shown;
  rest.replaceChildren();
  if (wanted === STEP) list.replaceChildren();
  told.className = "told";
  told.textContent = question ? "Searching …" : "The passages of the sources that come closest to your words, as they stand there.";
  if (!question) return;
  const found = await search(question, wanted).catch((problem) => problem);
  if (shown.question !== question || shown.wanted !== wanted) return;
  if (found instanceof Error) {
    told.className = "told notice bad";
    told.textContent = found.message;
    rest.append(element("button", { type: "button", class: "topic", onclick: find }, "Retry"));
    return;
  }
  shown.found = found;
  const number = found.citations.length;
  told.textContent = number === 0 ? "Nothing was found." : number === 1 ? "One passage." : `${number} passages, the closest first.`;
  told.append(" ", element("a", { href: `./#${new URLSearchParams({ q: question })}` }, "Ask it as a question"));
  list.append(...found.citations.slice(list.children.length).map((citation) => hit(citation, found.words, found.states)));
  if (number === wanted && wanted < MOST) rest.append(element("button", { type: "button", class: "topic", onclick: further }, "More passages"));
}

async function further() {
  const before = list.children.length;
  shown.wanted += STEP;
  await find();
  list.children[before]?.querySelector("a").focus();
}

/** A passage: where it stands, as a link that opens it there, and what it says. */
function hit(citation, words, states) {
  const place = [citation.title, sections(citation)].filter(Boolean).join(" › ");
  const passage = element("div", { class: "passage" }, quote(citation));
  markWords(passage, words);
  const link = element("a", { href: `#passage=${citation.number}`, onclick: () => (isStep = true) }, place);
  return element(
    "li",
    null,
    element("h2", null, link),
    facts(citation, states),
    citation.page_label && element("p", { class: "where" }, `Page ${citation.page_label}`),
    passage,
  );
}

/** Mark `words`, which are in lower case, wherever they stand in the texts of `shown`. */
function markWords(shown, words) {
  if (!words.length) return;
  const any = words.map((word) => word.replace(/[^\p{L}\p{N}]/gu, "\\$&")).sort((a, b) => b.length - a.length);
  const pattern = new RegExp(`(?<![\\p{L}\\p{N}])(?:${any.join("|")})(?![\\p{L}\\p{N}])`, "giu");
  const walker = document.createTreeWalker(shown, NodeFilter.SHOW_TEXT);
  const texts = [];
  while (walker.nextNode()) texts.push(walker.currentNode);
  for (const text of texts) {
    const parts = [];
    let done = 0;
    for (const match of text.data.matchAll(pattern)) {
      parts.push(text.data.slice(done, match.index), element("mark", { class: "word" }, match[0]));
      done = match.index + match[0].length;
    }
    if (parts.length) text.replaceWith(...parts, text.data.slice(done));
  }
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const question = field.value.trim();
  if (!question) return field.focus();
  history.pushState(null, "", `./search?${new URLSearchParams({ q: question })}`);
  dispatchEvent(new PopStateEvent("popstate"));
});
// Once it is closed, the address is no longer of the passage.
panel.addEventListener("close", () => {
  if (panel.open || !location.hash.startsWith("#passage=")) return;
  if (isStep) history.back();
  else history.replaceState(null, "", location.pathname + location.search);
  isStep = false;
});
