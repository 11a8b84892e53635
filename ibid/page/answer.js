// The parts of an answer record, as elements.

import { quoted } from "./document.js";
import { element, facts, spoken, where } from "./element.js";
import { peeked } from "./peek.js";

/** The kinds of notices that warn of nothing. */
export const MILD = ["information", "spelling", "not_generated", "not_pointed", "not_read", "pointed"];

/** A button with a citation's number; `open(number, button)` shows it in its place. */
function number(citation, open) {
  const label = citation.title ? `Source ${citation.number}: ${citation.title}, ${citation.section}` : null;
  const button = element("button", { type: "button", class: "cite", "aria-label": label, "data-number": citation.number });
  button.append(String(citation.number));
  button.addEventListener("click", () => open(citation.number, button));
  return citation.quote ? peeked(button, citation) : button;
}

/** A statement with the numbers of its citations.  `citations` may not have come yet; `depth` is under how many
 *  statements, which lead it in, it stands. */
export function statement(said, citations, open, depth = 0) {
  const numbers = said.citations.map((n) => number(citations.find((c) => c.number === n) ?? { number: n }, open));
  const first = citations.find((c) => c.number === said.citations[0]);
  const parts = said.kind === "quote" && first?.blocks?.length ? quote(first) : prose(said.text);
  // A heading that is quoted for what it governs is the whole of the line that heads its section.
  const isHeading = said.kind === "quote" && first?.quote === first?.section && first?.section !== first?.title;
  const shown = element("div", { class: ["statement", depth && `under${Math.min(depth, 3)}`, isHeading && "heads"].filter(Boolean).join(" ") }, parts);
  if (!["P", "UL"].includes(shown.lastElementChild.tagName)) {
    shown.prepend(...(said.about ? [element("p", null, brackets(said))] : []));
    shown.append(element("p", { class: "cites" }, numbers));
    return shown;
  }
  const last = shown.lastElementChild.tagName === "UL" ? shown.lastElementChild.lastElementChild : shown.lastElementChild;
  // The numbers stay on the line of the last word.
  const [, before, word] = last.textContent.match(/^(.*\s)?(\S{0,24})$/s) ?? [null, last.textContent, ""];
  last.replaceChildren(before ?? "", element("span", { class: "end" }, word, " ", element("span", { class: "cites" }, numbers)));
  if (said.kind === "generated") last.append(" ", element("span", { class: "badge care" }, "written by a model"));
  shown.querySelector("p, li").prepend(...brackets(said));
  return shown;
}

/** What a quote is about, in brackets to stand before it where it does not say so itself; it is no part of the quote. */
const brackets = (said) => (said?.about ? [element("span", { class: "of" }, `[${said.about}:]`), " "] : []);

/** Text of which some lines may be items of a list. */
export function prose(text) {
  const shown = [];
  for (const line of text.split("\n").filter((line) => line.trim())) {
    const item = line.match(/^(•|\d+\.) (.*)$/s);
    if (!item) shown.push(element("p", null, line));
    else {
      if (shown.at(-1)?.tagName !== "UL") shown.push(element("ul", null));
      shown.at(-1).append(element("li", { "data-sign": item[1] }, item[2]));
    }
  }
  return shown.length ? shown : [element("p", null, text)];
}

export const quote = (citation) => quoted(citation, prose);

/** How deep each of an answer's statements stands under what leads it in. */
export const depths = (statements) =>
  statements.reduce((found, { under }) => [...found, under == null ? 0 : 1 + found[under]], []);

/** The closest thing that each source says to what was asked, the closest source first. */
export const nearest = ({ nearest: near }) =>
  near.filter(({ document_id: id }, at) => near.findIndex((other) => other.document_id === id) === at);

/** What a refusal says, and the closest thing that the sources say, as such. */
export function refusal(record, open) {
  const near = nearest(record).map((citation) =>
    element(
      "li",
      { class: "near" },
      element("blockquote", null, quote(citation)),
      element("p", { class: "title" }, citation.title),
      facts(citation, record.states),
      where(citation),
      element(
        "button",
        { type: "button", class: "quiet-button", onclick: (event) => open(citation.number, event.currentTarget) },
        "Read it in its place",
        spoken(`: ${citation.title}`),
      ),
    ),
  );
  return [
    element("p", { class: "refusal" }, record.text),
    near.length > 0 && element("h3", { class: "label" }, "The closest thing the sources say – not an answer"),
    near.length > 0 && element("ul", { class: "nearest" }, near),
    element("p", { class: "links" }, element("a", { href: `./search?${new URLSearchParams({ q: record.resolved_question })}` }, "All passages that were found")),
  ];
}

/** A notice; where the sources disagree, what each of them says side by side. */
export function notice(remark, record, open) {
  const citations = remark.citations.map((n) => record.citations.find((c) => c.number === n)).filter(Boolean);
  if (remark.kind === "conflict" && citations.length > 1) {
    const sides = citations.map((citation) => {
      const side = element("blockquote", null, quote(citation));
      const said = record.statements.find((one) => one.kind === "quote" && one.citations[0] === citation.number);
      (side.querySelector("p, li") ?? side).prepend(...brackets(said));
      return element("li", null, side, element("p", { class: "title" }, number(citation, open), " ", citation.title), facts(citation, record.states));
    });
    return element(
      "div",
      { class: "notice conflict" },
      element("h3", null, "What each source says"),
      element("p", null, remark.text),
      element("ul", { class: "sides" }, sides),
    );
  }
  const care = MILD.includes(remark.kind) ? "" : "care";
  return element(
    "p",
    { class: `notice ${care}`, dir: "auto" },
    remark.text,
    citations.length > 0 && " ",
    citations.length > 0 && element("span", { class: "cites" }, citations.map((citation) => number(citation, open))),
  );
}

/** The sources that an answer cites, each once with the numbers of its citations. */
export function cited(record, open) {
  const byId = new Map();
  for (const citation of record.citations) byId.set(citation.document_id, [...(byId.get(citation.document_id) ?? []), citation]);
  const rows = [...byId.values()].map((citations) =>
    element(
      "li",
      null,
      element("span", { class: "cites" }, citations.map((citation) => number(citation, open))),
      element(
        "div",
        null,
        element("p", { class: "title" }, citations[0].title),
        facts({ ...citations[0], read_by_ocr: citations.some((citation) => citation.read_by_ocr) }, record.states),
        !citations[0].url && element("p", { class: "where" }, citations[0].file),
        element("p", { class: "printed" }, (citations[0].url ?? "").replace(/#:~:.*$/, "")),
      ),
    ),
  );
  return [element("h3", { class: "label" }, rows.length === 1 ? "Source" : "Sources"), element("ul", { class: "cited" }, rows)];
}

/** What else the record tells of how it came about. */
export function about(record) {
  const rows = {
    "Probability that the sources answer": `${Math.round(100 * record.confidence)} %`,
    "Answered from": `generation ${record.generation}`,
    Took: `${Math.round(record.timings_ms.total ?? 0)} ms`,
  };
  const pairs = Object.entries(rows).map(([name, value]) => [element("dt", null, name), element("dd", null, value)]);
  return element("details", { class: "about" }, element("summary", null, "About this answer"), element("dl", null, pairs.flat()));
}
