// One turn of the conversation: a question, and its answer, or why there is none.

import { MILD, about, cited, depths, notice, prose, refusal, statement } from "./answer.js";
import { asBibtex, asMarkdown, asText, copy, permalink } from "./copying.js";
import { element, say, spoken } from "./element.js";
import { feedback } from "./feedback.js";
import { showCitation } from "./panel.js";
import { sources, useKey } from "./server.js";

const FIRST_STAGE = "Reading the question …";

let turns = 0;

/** A turn whose answer has not come; `article` is its element. */
export function newTurn(question) {
  const id = `turn-${++turns}`;
  const turn = {
    question,
    head: element("div", { class: "asked" }, asked(question, id)),
    stage: element("p", { class: "stage" }, FIRST_STAGE),
    said: element("div", { class: "said", "aria-live": "polite", "aria-busy": "true" }),
    rest: element("div", { class: "rest" }),
    told: [],
    record: null,
  };
  turn.open = (number, opener) => turn.record && showCitation(turn.record, number, opener);
  turn.article = element("article", { class: "turn", "aria-labelledby": id }, turn.head, turn.stage, turn.said, turn.rest);
  return turn;
}

/** The question as a heading; of a long one no more than its first lines are shown until one wants all. */
function asked(question, id) {
  const heading = element("h2", { id, tabindex: -1, class: "clamped" }, question);
  const button = element("button", { type: "button", class: "quiet-button", "aria-expanded": "false", hidden: true }, "Show all of it");
  button.addEventListener("click", () => {
    const isClamped = heading.classList.toggle("clamped");
    button.textContent = isClamped ? "Show all of it" : "Show less";
    button.setAttribute("aria-expanded", String(!isClamped));
  });
  new ResizeObserver(() => {
    if (heading.classList.contains("clamped")) button.hidden = heading.scrollHeight <= heading.clientHeight + 2;
  }).observe(heading);
  return [heading, button];
}

/** Show a statement that has been verified, before the whole record is there. */
export function arrived(turn, said) {
  turn.told.push(said);
  turn.said.append(statement(said, said.cited, turn.open, depths(turn.told).at(-1)));
}

const asking = (detail) => new CustomEvent("ask", { bubbles: true, detail });

/** Show the whole answer.  What has been read out already is not read out again: only what it adds is appended. */
export function finish(turn, record) {
  turn.record = record;
  turn.stage.remove();
  const { open } = turn;
  turn.said.setAttribute("aria-busy", "false");
  if (record.status === "not_a_question") {
    turn.said.replaceChildren(element("div", { class: "reply" }, prose(record.text)));
    return;
  }
  const before = turn.said.children.length;
  const deep = depths(record.statements);
  record.statements.forEach((said, i) => {
    const shown = statement(said, record.citations, open, deep[i]);
    if (i >= before) turn.said.append(shown);
    else turn.said.children[i].replaceWith(shown);
  });
  while (turn.said.children.length > record.statements.length) turn.said.lastChild.remove();
  if (record.status !== "answered") turn.said.append(...refusal(record, open).filter(Boolean));
  const grave = record.notices.filter((remark) => !MILD.includes(remark.kind));
  const mild = record.notices.filter((remark) => MILD.includes(remark.kind));
  turn.said.append(...grave.map((remark) => notice(remark, record, open)));
  understood(turn);
  turn.rest.append(...(record.citations.length ? cited(record, open) : []));
  turn.rest.append(...mild.map((remark) => notice(remark, record, open)));
  turn.rest.append(tools(record));
  turn.rest.append(element("div", { class: "last" }, feedback(record) ?? "", about(record)));
}

/** Show why there is no answer, and a way on: `again(options)` asks once more. */
export function fail(turn, problem, again) {
  const button = (text, onclick) => element("button", { type: "button", class: "topic", onclick }, text);
  const edit = () => {
    turn.article.dispatchEvent(new CustomEvent("edit", { bubbles: true, detail: turn.question }));
    turn.article.remove();
  };
  turn.stage.remove();
  turn.said.setAttribute("aria-busy", "false");
  turn.said.replaceChildren(
    element("p", { class: "notice bad", role: "alert" }, problem.message),
    element(
      "div",
      { class: "ways" },
      problem.status === 401 && keyForm(again),
      problem.code === "no_generation"
        ? button("Ask it of the present sources", () => again({ alone: true, generation: null }))
        : problem.status !== 401 && button("Retry", () => again({})),
      element("button", { type: "button", class: "quiet-button", onclick: edit }, "Edit", spoken(" the question")),
    ),
  );
}

/** Asks for the key that the server demands. */
function keyForm(again) {
  const key = element("input", { type: "password", "aria-label": "API key", autocomplete: "off", placeholder: "API key" });
  const use = (event) => {
    event.preventDefault();
    useKey(key.value.trim());
    again({});
  };
  return element("form", { class: "key", onsubmit: use }, key, element("button", { class: "topic" }, "Use this key"));
}

/** Say that an answer is of a generation that is no longer the published one. */
export async function tellOlder(turn) {
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

/** Offer `topics`, `{label, question}`, under the answer. */
export function offer(turn, topics) {
  const buttons = topics.map(({ label, question }) => {
    const ask = () => turn.article.dispatchEvent(asking({ question, alone: true }));
    return element("li", null, element("button", { type: "button", class: "topic", onclick: ask }, label));
  });
  turn.article.append(
    element("section", { class: "more" }, element("h3", { class: "label" }, "The sources also speak of"), element("ul", null, buttons)),
  );
}
