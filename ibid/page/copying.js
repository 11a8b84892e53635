// An answer with its citations as text, Markdown, BibTeX, and as a link.

import { depths, nearest } from "./answer.js";
import { readingText } from "./document.js";
import { sections } from "./element.js";

/** The address that gives this question again, of the generation that answered it. */
export function permalink(record) {
  const part = new URLSearchParams({ q: record.resolved_question, g: record.generation });
  return new URL(`./#${part}`, location.href).href;
}

const numbers = (statement) => statement.citations.map((number) => `[${number}]`).join("");

const reviewed = ({ review_status: status }) => (status ? `review status: ${status}` : "review status not stated");

const said = (citation, states) =>
  [
    citation.publisher,
    sections(citation) ? `${citation.title}, “${sections(citation)}”` : citation.title,
    !citation.url && citation.file,
    citation.page_label && `page ${citation.page_label}`,
    states.includes("revised") && (citation.revised ? `revised ${citation.revised}` : "no revision date"),
    states.includes("review_status") && reviewed(citation),
    citation.license === "digest" && "digest",
    citation.read_by_ocr && "read by OCR",
  ]
    .filter(Boolean)
    .join("; ");

/** What the statement says, with what it is about in brackets before it where it does not say so itself. */
const told = ({ about, text }) => (about ? `[${about}:] ${text}` : text);

const byModel = (statement) => (statement.kind === "generated" ? " (written by a model)" : "");

export function asText(record) {
  const deep = depths(record.statements);
  const under = (at) => (deep[at] ? `${"  ".repeat(deep[at])}• ` : "");
  const answer = record.statements.length
    ? record.statements.map((statement, at) => `${under(at)}${told(statement)} ${numbers(statement)}${byModel(statement)}`)
    : [record.text, ...nearest(record).map((near) => `Closest, not an answer: “${readingText(near)}” (${said(near, record.states)})`)];
  const notices = record.notices.map((notice) => `Note: ${notice.text}`);
  const quotes = record.statements.some(byModel) ? (citation) => `“${readingText(citation)}” – ` : () => "";
  const cited = record.citations.map((citation) => `[${citation.number}] ${quotes(citation)}${said(citation, record.states)}. ${citation.url ?? ""}`.trim());
  return [record.resolved_question, ...answer, notices.join("\n"), cited.join("\n"), permalink(record)]
    .filter(Boolean)
    .join("\n\n");
}

/** Whether a statement is a quote of code alone. */
function isCode({ kind, citations }, record) {
  const cited = record.citations.find(({ number }) => number === citations[0]);
  return kind === "quote" && cited?.blocks?.length > 0 && cited.blocks.every((block) => block.kind === "code");
}

/** Code between fences that are longer than any in it. */
function fenced(text) {
  const fence = "`".repeat(Math.max(3, ...[...text.matchAll(/`+/g)].map(([ticks]) => ticks.length + 1)));
  return `${fence}\n${text}\n${fence}`;
}

/** The lines of a list's item, set in by its depth. */
const indented = (item, depth) => item.split("\n").map((line, at) => line && "  ".repeat(at ? depth : depth - 1) + line).join("\n");

const plain = (text) => text.replace(/[\\`*_[\]<>#|~]/g, "\\$&");

/** Brackets and spaces in an address would end a Markdown link. */
const address = (url) => url.replace(/[()<>\s]/g, (sign) => `%${sign.charCodeAt(0).toString(16)}`);

export function asMarkdown(record) {
  const refs = (statement) => statement.citations.map((number) => `[^${number}]`).join("");
  const deep = depths(record.statements);
  const one = (statement, at) => {
    const text = isCode(statement, record) ? `${fenced(statement.text)}\n\n` : `${plain(told(statement))} `;
    const item = `${deep[at] ? "- " : ""}${text}${refs(statement)}${byModel(statement)}`;
    return deep[at] ? indented(item, deep[at]) : item;
  };
  const answer = record.statements.length
    ? record.statements.map(one)
    : [plain(record.text), ...nearest(record).map((near) => `Closest, not an answer:\n\n> ${plain(readingText(near))}\n>\n> — ${plain(said(near, record.states))}`)];
  const notices = record.notices.map((notice) => `*${plain(notice.text)}*`);
  const cited = record.citations.map((citation) => {
    const named = plain(said(citation, record.states));
    const where = citation.url ? `[${named}](${address(citation.url)})` : named;
    return `[^${citation.number}]: ${where}: “${plain(readingText(citation)).replace(/\s*\n\s*/g, " ")}”`;
  });
  return [`**${plain(record.resolved_question)}**`, ...answer, ...notices, cited.join("\n"), `<${permalink(record)}>`].join("\n\n");
}

const TEX = { "\\": "\\textbackslash{}", "~": "\\textasciitilde{}", "^": "\\textasciicircum{}" };
const tex = (text) => text.replace(/[\\~^]|[&%$#_{}]/g, (sign) => TEX[sign] ?? `\\${sign}`).replace(/\s+/g, " ");

/** One entry a source; what is quoted of it stands in its note. */
export function asBibtex(record) {
  const bySource = Map.groupBy
    ? Map.groupBy(record.citations, (citation) => citation.document_id)
    : record.citations.reduce((map, c) => map.set(c.document_id, [...(map.get(c.document_id) ?? []), c]), new Map());
  return [...bySource].map(([id, citations]) => entry(id, citations, record.states)).join("\n\n");
}

function entry(id, citations, states) {
  const [first] = citations;
  const [year, month] = (first.revised ?? "").split("-");
  const sections = [...new Set(citations.map((citation) => citation.section))].map((name) => `“${name}”`).join(", ");
  const review = states.includes("review_status") ? `; ${reviewed(first)}` : "";
  const ocr = citations.some((citation) => citation.read_by_ocr) ? "; read by OCR" : "";
  const fields = {
    title: `{${tex(first.title)}}`,
    author: first.publisher && `{${tex(first.publisher)}}`,
    year,
    month: month && String(Number(month)),
    url: first.url?.replace(/#:~:.*$/, "").replace(/[{}\\]/g, encodeURIComponent),
    note: tex(`${sections}${review}${first.license === "digest" ? "; a digest of the page" : ""}${ocr}`),
    version: first.revision,
  };
  const lines = Object.entries(fields).filter(([, value]) => value);
  return `@online{${id},\n${lines.map(([name, value]) => `  ${name} = {${value}},`).join("\n")}\n}`;
}

/** Put `text` on the clipboard, also where the page is not served over TLS. */
export async function copy(text) {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  const held = document.createElement("textarea");
  held.value = text;
  document.body.append(held);
  held.select();
  const done = document.execCommand("copy");
  held.remove();
  if (!done) throw new Error("this browser does not allow it");
}
