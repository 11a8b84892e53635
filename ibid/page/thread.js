// The conversation: its turns as they were asked, kept over a reload with the answers that they got.

import { permalink } from "./copying.js";
import { keep, kept } from "./keeping.js";
import { hide } from "./peek.js";
import { Problem, streamAnswer } from "./server.js";
import { near } from "./suggesting.js";
import { arrived, fail, finish, newTurn, offer, tellOlder } from "./turn.js";

const STAGES = { search: "Searching the sources …", read: "Reading what was found …", point: "A model chooses what to quote …", write: "A model writes, and what it writes is checked …" };
const PATIENCE = 150;
const NAME = "ibid-thread";
const LEFT = { message: "The page was left before the answer came." };

const thread = document.getElementById("thread");
// What was asked, in order: {question, options, record, problem}, of which the last two are null until they are known.
let asked = [];
let conversation = null;
let busy = false;

/** The record of the last answer; null where there is none. */
const lastRecord = () => asked.findLast(({ record }) => record)?.record ?? null;

/** The address of the last answer and what was asked, null where there is none. */
export function last() {
  const record = lastRecord();
  return record && { address: new URL(permalink(record)).hash, question: record.question };
}

/** What was asked in this conversation, the oldest first. */
export const questions = () => asked.map(({ question }) => question);

const store = () => document.dispatchEvent(new CustomEvent("kept", { detail: keep(NAME, asked.length ? { asked, conversation } : null) }));

/** Forget the conversation. */
export function startAfresh() {
  asked = [];
  conversation = null;
  thread.replaceChildren();
  store();
}

/** Show the conversation that this tab has kept; whether there is one. */
export function restore() {
  try {
    ({ asked, conversation } = kept(NAME) ?? { asked, conversation });
    for (const one of asked) {
      const turn = newTurn(one.question);
      if (one.record) finish(turn, one.record);
      else failed(turn, one, one.problem ?? LEFT);
      thread.append(turn.article);
      if (one.record && one.options.generation) tellOlder(turn);
      if (one === asked.at(-1)) more(turn);
    }
  } catch {
    startAfresh(); // another edition of this page kept it
  }
  if (asked.length) store();
  return asked.length > 0;
}

/** Ask `question` and show its answer as the next turn.  With `alone` it is no follow-up of what came before; a
 *  `generation` is named where an answer of it is wanted.  Whether there is an answer: else its turn says why not.
 *  Throws Problem, and leaves no turn, where the question before is still being answered. */
export async function ask(question, { alone = false, generation = null } = {}) {
  if (busy) throw new Problem({ detail: "the question before is still being answered", mend: "ask this once its answer is there" });
  busy = true;
  // Asked anew, as by a reload of its address, a question that failed is not there twice.
  if (asked.at(-1)?.question === question && !asked.at(-1).record) {
    drop(asked.at(-1));
    thread.lastElementChild.remove();
  }
  if (alone) conversation = null;
  const one = { question, options: { alone, generation }, record: null, problem: null };
  asked.push(one);
  store();
  const turn = newTurn(question);
  thread.append(turn.article);
  for (const old of thread.querySelectorAll(".more")) old.remove();
  turn.article.scrollIntoView({ behavior: "auto", block: "start" });
  const waiting = setTimeout(() => turn.stage.classList.add("seen"), PATIENCE);
  try {
    one.record = await arrive(turn, { question, conversation, generation });
    conversation = one.record.conversation ?? null;
    hide(); // its number is drawn anew
    finish(turn, one.record);
    if (generation) tellOlder(turn);
    more(turn);
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    one.problem = { message: problem.message, status: problem.status, code: problem.code };
    failed(turn, one, one.problem);
  } finally {
    clearTimeout(waiting);
    busy = false;
    store();
  }
  return one.record !== null;
}

/** Show why a question has no answer; asked again, it is the last of the conversation. */
function failed(turn, one, problem) {
  fail(turn, problem, (changed) => {
    if (busy) return;
    drop(one);
    turn.article.remove();
    document.dispatchEvent(new CustomEvent("ask", { detail: { question: one.question, ...one.options, ...changed } }));
  });
  turn.article.addEventListener("edit", () => drop(one));
}

function drop(one) {
  asked = asked.filter((other) => other !== one);
  store();
}

/** The record of the answer; a conversation that the server has forgotten is begun anew. */
async function arrive(turn, wanted) {
  const told = (name, data) => {
    if (name === "stage") turn.stage.textContent = STAGES[data.stage] ?? turn.stage.textContent;
    if (name === "statement") arrived(turn, data);
  };
  try {
    return await streamAnswer(wanted, told);
  } catch (problem) {
    if (!["no_conversation", "long_conversation"].includes(problem.code)) throw problem;
    const record = await streamAnswer({ ...wanted, conversation: null }, told);
    const text = "The conversation before this question has ended, so it was taken on its own.";
    return { ...record, notices: [...record.notices, { kind: "conversation", text, citations: [] }] };
  }
}

/** What else can be asked, once that is known. */
async function more(turn) {
  if (!turn.record) return;
  const found = await near(turn.record);
  if (found.length && turn.record === lastRecord()) offer(turn, found);
}
