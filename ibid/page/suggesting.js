// What else can be asked: headings of the sources, of which the server has said that it answers them.

import { answer, source } from "./server.js";

const WANTED = 3;
const TRIED = 5;
const tried = new Map();

/** Up to three topics, `{label, question}`, that stand near what `record` cites and are answered from their own section. */
export async function suggestions(record) {
  try {
    const first = record.citations[0] ?? record.nearest[0];
    if (!first) return [];
    const ids = [...new Set([...record.citations, ...record.nearest].map((citation) => citation.document_id))];
    const known = new Set([...record.citations.map((citation) => citation.section)]);
    const candidates = [];
    for (const id of ids) candidates.push(...near(await source(id, record.generation), known, id === first.document_id ? first.start : 0));
    return await answered(candidates);
  } catch {
    return []; // a suggestion is a courtesy: where it cannot be had, nothing is said
  }
}

/** Topics of any source, for one who has not asked yet. */
export async function openings(sources) {
  const found = [];
  for (const { id } of sources.slice(0, WANTED)) {
    const text = await source(id);
    const deepest = near(text, new Set(), 0).sort((a, b) => b.depth - a.depth);
    found.push(...(await answered(deepest, 1)));
  }
  return found;
}

/** The sections of `text` other than those `known`, the ones that follow `position` first; its title is no topic. */
function near(text, known, position) {
  const seen = new Set([...known, text.source.title, text.sections[0]?.heading]);
  const follows = (section) => (section.start >= position ? section.start - position : text.text.length + section.start);
  return text.sections
    .filter((section) => section.start < section.end && !seen.has(section.heading) && seen.add(section.heading))
    .filter((section) => hasWords(text, section))
    .sort((a, b) => follows(a) - follows(b))
    .map(({ heading, path }) => ({ label: heading, question: asQuestion(heading), section: heading, depth: path.length, id: text.source.id }));
}

/** Whether something other than headings and references stands in the section. */
const hasWords = (text, section) =>
  text.blocks.some((b) => (b.kind === "paragraph" || b.kind === "item") && b.start >= section.start && b.end <= section.end);

const asQuestion = (heading) => (/[?.!]$/.test(heading) ? heading : `${heading}?`);

/** The first `wanted` of the candidates that are answered with something from their own section. */
async function answered(candidates, wanted = WANTED) {
  const found = [];
  for (const topic of candidates.slice(0, TRIED)) {
    if (found.length === wanted) break;
    if (await isAnswered(topic)) found.push(topic);
  }
  return found;
}

function isAnswered(topic) {
  const key = `${topic.id} ${topic.question}`;
  if (!tried.has(key)) {
    const asking = answer({ question: topic.question, quotes_only: true }).then((record) =>
      record.citations.some((citation) => citation.document_id === topic.id && citation.section === topic.section),
    );
    tried.set(key, asking);
    asking.catch(() => tried.delete(key));
  }
  return tried.get(key);
}
