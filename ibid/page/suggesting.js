// What else can be asked: questions that the sources answered when they were indexed.

import { suggestions } from "./server.js";

const WANTED = 3;
const asked = new Set();

/** Up to three questions, `{question}`, that are answered near what `record` cites, and were not asked on this page. */
export async function near(record) {
  asked.add(record.resolved_question).add(record.question);
  const cited = [...record.citations, ...record.nearest];
  const ids = [...new Set(cited.map((citation) => citation.document_id))];
  const said = ({ document_id: id, start, end }) =>
    record.citations.some((citation) => citation.document_id === id && start <= citation.start && citation.start < end);
  const rank = ({ document_id: id }) => (ids.includes(id) ? ids.indexOf(id) : ids.length);
  const isBefore = (one) => cited.length > 0 && rank(one) === 0 && one.start < cited[0].start;
  const all = await offered(record.generation);
  return all
    .filter((one) => !asked.has(one.question) && !said(one) && (!ids.length || ids.includes(one.document_id)))
    .sort((a, b) => rank(a) - rank(b) || isBefore(a) - isBefore(b) || (rank(a) === 0 ? a.start - b.start : 0))
    .slice(0, WANTED);
}

/** Questions for one who has not asked yet, each of another source as far as there are several. */
export const openings = async () => (await offered()).slice(0, WANTED);

/** The suggestions of a generation; none where they cannot be had, as they are a courtesy. */
const offered = (generation) =>
  suggestions(generation).then(
    (told) => told.suggestions,
    () => [],
  );
