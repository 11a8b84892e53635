// The conversation: one turn a question, its answer arriving.

import { MILD, about, cited, depths, notice, prose, refusal, statement } from "./answer.js";
import { asBibtex, asMarkdown, asText, copy, permalink } from "./copying.js";
import { element, say, spoken } from "./element.js";
import { feedback } from "./feedback.js";
import { showCitation } from "./panel.js";
import { Problem, sources, streamAnswer } from "./server.js";
import { near } from "./suggesting.js";

const STAGES = { resolve: "Reading the question …", search: "Searching the sources …", read: "Reading what was found …", point: "A model chooses what to quote …", write: "A model writes, and what it writes is checked …" };
const PATIENCE = 150;

const thread = document.getElementById("thread");
let conversation = null;
let turns = 0;
let lastRecord = null;
let busy = false;

/** The address of the last answer and what was asked, null where there is none. */
export const last = () => lastRecord && { address: new URL(permalink(lastRecord)).hash, question: lastRecord.question };

/** Forget the conversation. */
export function startAfresh() {
  conversation = null;
  lastRecord = null;
  thread.replaceChildren();
}

/** Ask `question` and show its answer as the next turn.  With `alone` it is no follow-up of what came before; a
 *  `generation` is named where an answer of it is wanted.  Throws Problem, and leaves no turn then. */
export async function ask(question, { alone = false, generation = null } = {}) {
  if (busy) throw new Problem({ detail: "the question before is still being answered", mend: "ask this once its answer is there" });
  busy = true;
  if (alone) conversation = null;
  const turn = newTurn(question);
  thread.append(turn.article);
  for (const old of thread.querySelectorAll(".more")) old.remove();
  turn.article.scrollIntoView({ behavior: "auto", block: "start" });
  const waiting = setTimeout(() => turn.stage.classList.add("seen"), PATIENCE);
  try {
    finish(turn, await arrive(turn, { question, conversation, generation }));
    if (generation) tellOlder(turn);
  } catch (problem) {
    turn.article.remove();
    throw problem;
  } finally {
    clearTimeout(waiting);
    busy = false;
  }
}

function newTurn(question) {
  const id = `turn-${++turns}`;
  const turn = {
    question,
    head: element("div", { class: "asked" }, element("h2", { id, tabindex: -1 }, question)),
    stage: element("p", { class: "stage" }, STAGES.resolve),
    said: element("div", { class: "said", "aria-live": "polite", "aria-busy": "true" }),
    rest: element("div", { class: "rest" }),
    told: [],
    record: null,
  };
  turn.open = (number, opener) => turn.record && showCitation(turn.record, number, opener);
  turn.article = element("article", { class: "turn", "aria-labelledby": id }, turn.head, turn.stage, turn.said, turn.rest);
  return turn;
}

/** The record of the answer; a conversation that the server has forgotten is begun anew. */
async function arrive(turn, asked) {
  const told = (name, data) => {
    if (name === "stage") turn.stage.textContent = STAGES[data.stage] ?? turn.stage.textContent;
    if (name === "statement") {
      turn.told.push(data);
      turn.said.append(statement(data, data.cited, turn.open, depths(turn.told).at(-1)));
    }
  };
  try {
    return await streamAnswer(asked, told);
  } catch (problem) {
    if (!["no_conversation", "long_conversation"].includes(problem.code)) throw problem;
    const record = await streamAnswer({ ...asked, conversation: null }, told);
    const text = "The conversation before this question has ended, so it was taken on its own.";
    return { ...record, notices: [...record.notices, { kind: "conversation", text, citations: [] }] };
  }
}

/** Say that an answer is of a generation that is no longer the published one. */
async function tellOlder(turn) {
  const { generation } = await sources().catch(() => turn.record);
  if (generation === turn.record.generation) return;
  const again = () => turn.article.dispatchEvent(asking({ question: turn.record.resolved_question, alone: true }));
  turn.said.append(
    element(
      "p",
      { class: "notice care" },
      `This is what generation ${turn.record.generation} of the sources said. They have been read anew since. `,
      element("button", { type: "button", class: "quiet-button", onclick: again }, "Ask it of the present ones"),
    ),
  );
}

const asking = (detail) => new CustomEvent("ask", { bubbles: true, detail });

function finish(turn, record) {
  turn.record = record;
  lastRecord = record;
  conversation = record.conversation ?? null;
  turn.stage.remove();
  const { open } = turn;
  // What has been read out already is not read out again: only what the record adds is appended.
  const arrived = turn.said.children.length;
  const deep = depths(record.statements);
  record.statements.forEach((said, i) => {
    const shown = statement(said, record.citations, open, deep[i]);
    if (i >= arrived) turn.said.append(shown);
    else turn.said.children[i].replaceWith(shown);
  });
  while (turn.said.children.length > record.statements.length) turn.said.lastChild.remove();
  if (record.status === "insufficient_evidence") turn.said.append(...refusal(record, open).filter(Boolean));
  const isQuestion = record.status !== "not_a_question";
  if (!isQuestion) turn.said.append(element("div", { class: "reply" }, prose(record.text)));
  const grave = record.notices.filter((remark) => !MILD.includes(remark.kind));
  const mild = record.notices.filter((remark) => MILD.includes(remark.kind));
  turn.said.append(...grave.map((remark) => notice(remark, record, open)));
  turn.said.setAttribute("aria-busy", "false");
  understood(turn);
  turn.rest.append(...(record.citations.length ? cited(record, open) : []));
  turn.rest.append(...mild.map((remark) => notice(remark, record, open)));
  turn.rest.append(tools(record));
  if (isQuestion) turn.rest.append(element("div", { class: "last" }, feedback(record) ?? "", about(record)));
  more(turn);
}

/** Under the question: how it was understood, and a way to change that. */
function understood(turn) {
  const { resolved_question: resolved } = turn.record;
  const line = element("p", { class: "understood" });
  if (resolved !== turn.question) line.append("Understood as “", element("span", null, resolved), "” ");
  const button = element("button", { type: "button", class: "quiet-button" }, "Change", spoken(" the question"));
  line.append(button);
  turn.head.append(line);
  button.addEventListener("click", () => {
    line.hidden = true;
    const field = element("textarea", { rows: 2, maxlength: 2000, "aria-label": "The question as it shall be understood" });
    field.value = resolved;
    const done = () => {
      form.remove();
      line.hidden = false;
      button.focus();
    };
    const form = element(
      "form",
      { class: "change" },
      field,
      element(
        "p",
        null,
        element("button", { type: "submit" }, "Ask this instead"),
        element("button", { type: "button", class: "quiet-button", onclick: done }, "Cancel"),
      ),
    );
    form.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      event.preventDefault();
      done();
    });
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const wanted = field.value.trim();
      done();
      if (wanted) turn.article.dispatchEvent(asking({ question: wanted }));
    });
    turn.head.append(form);
    field.focus();
  });
}

/** Buttons that copy the answer. */
function tools(record) {
  const kinds = [["Text", asText], ["Markdown", asMarkdown], ["BibTeX", asBibtex], ["Link", permalink]];
  const offered = kinds.filter(([name]) => name !== "BibTeX" || record.citations.length > 0);
  const buttons = offered.map(([name, as]) => {
    const button = element("button", { type: "button", class: "quiet-button", "aria-label": `Copy as ${name}` }, name);
    button.addEventListener("click", async () => {
      const told = await copy(as(record)).then(() => "Copied", (error) => `Not copied: ${error.message}`);
      button.textContent = told;
      say(told);
      setTimeout(() => (button.textContent = name), 1600);
    });
    return button;
  });
  return element("div", { class: "tools", role: "group", "aria-label": "Copy this answer" }, element("span", { "aria-hidden": "true" }, "Copy as"), buttons);
}

/** What else can be asked, once that is known. */
async function more(turn) {
  const questions = await near(turn.record);
  if (!questions.length || turn.record !== lastRecord) return;
  const buttons = questions.map(({ question }) => {
    const ask = () => turn.article.dispatchEvent(asking({ question, alone: true }));
    return element("li", null, element("button", { type: "button", class: "topic", onclick: ask }, question));
  });
  turn.article.append(
    element("section", { class: "more" }, element("h3", { class: "label" }, "You can also ask"), element("ul", null, buttons)),
  );
}
