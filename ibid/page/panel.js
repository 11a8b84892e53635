// A source beside the answer, at the quote.  At the side of a wide window, a sheet on a narrow one.

import { nearest } from "./answer.js";
import { dropped, textOf } from "./document.js";
import { element, facts, outward, where } from "./element.js";
import { source } from "./server.js";

const panel = document.getElementById("panel");
const wide = matchMedia("(min-width: 64rem)");
let opener = null;
let shown = null;

/** Show citation `number` of an answer, or of what is nearest to a refusal; `from` gets the focus back.  It is called
 *  a `name`. */
export async function showCitation(record, number, from, name = "Quote") {
  const citations = record.citations.length ? record.citations : nearest(record);
  const citation = citations.find((one) => one.number === number);
  if (!citation) return;
  opener = from;
  shown = citation;
  mark();
  const body = element("div", { class: "reading", tabindex: 0, role: "region", "aria-label": "Text of the source" });
  body.append(element("p", { class: "facts" }, "Opening the source …"));
  panel.replaceChildren(head(record, citations, citation, name), body, foot(citation));
  open();
  panel.querySelector("h2").focus({ preventScroll: true });
  const text = await source(citation.document_id, record.generation).catch((problem) => problem);
  if (shown !== citation) return;
  body.replaceChildren(...inPlace(text, citation, name === "Quote" ? citations : []));
  centre(body);
}

function head(record, citations, citation, called) {
  const at = citations.indexOf(citation);
  const step = (by, name, sign) =>
    element(
      "button",
      {
        type: "button",
        class: "step",
        "aria-label": name,
        disabled: !citations[at + by],
        onclick: () => showCitation(record, citations[at + by].number, opener, called),
      },
      sign,
    );
  const several = citations.length > 1;
  return element(
    "div",
    { class: "head" },
    element(
      "div",
      { class: "bar" },
      several && step(-1, `Previous ${called.toLowerCase()}`, "‹"),
      element("span", { class: "count" }, `${called} ${at + 1} of ${citations.length}`),
      several && step(1, `Next ${called.toLowerCase()}`, "›"),
      element("button", { type: "button", class: "step close", "aria-label": "Close the source", onclick: close }, "×"),
    ),
    element("h2", { id: "panel-title", tabindex: -1 }, citation.title),
    facts(citation, record.states),
    where(citation),
  );
}

/** The source's text with the quote marked; the quote alone where the source is not the one that was quoted. */
function inPlace(text, citation, citations) {
  if (text instanceof Error || text.source.revision !== citation.revision) {
    const why = text instanceof Error ? text.message : "This source has been revised since. This is what was quoted:";
    return [element("p", { class: "notice care" }, why), element("blockquote", null, element("mark", { class: "quote" }, citation.quote))];
  }
  const others = citations
    .filter((one) => one !== citation && one.document_id === citation.document_id)
    .map(({ start, end }) => ({ start, end, class: "other" }));
  const marked = [...others, { start: citation.start, end: citation.end, class: "quote" }];
  return [textOf(text, marked), dropped(text)].filter(Boolean);
}

function foot(citation) {
  const references = citation.references ?? [];
  const atQuote = citation.url?.includes("#:~:text=");
  return element(
    "div",
    { class: "foot" },
    references.length > 0 &&
      element(
        "details",
        { open: true },
        element("summary", null, "What the page itself cites for this"),
        element("ul", null, references.map((reference) => element("li", null, reference))),
      ),
    citation.read_by_ocr && element("p", null, "This was read off a picture by OCR, which may have misread it: compare it with the page itself."),
    citation.license === "digest" && element("p", null, "This is a digest: the original page says it in words of its own."),
    outward(citation.url, atQuote ? "Open the original page at this quote" : "Open the original page", { class: "original" }),
  );
}

/** Scroll the text, and nothing else, so that the quote stands in the middle, or its beginning at the top third. */
function centre(body) {
  const quote = body.querySelector("mark.quote");
  if (!quote) return;
  const [inner, outer] = [quote.getBoundingClientRect(), body.getBoundingClientRect()];
  body.scrollTop += inner.top - outer.top - Math.max(24, outer.height / 3 - inner.height / 2);
}

function open() {
  if (panel.open) return;
  if (wide.matches) panel.show();
  else panel.showModal();
  document.body.classList.add("beside");
}

export function close() {
  shown = null;
  mark();
  if (panel.open) panel.close();
  document.body.classList.remove("beside");
  opener?.focus({ preventScroll: true });
  opener = null;
}

/** Show at which number of the answer the reader is. */
function mark() {
  for (const button of document.querySelectorAll(".cite[aria-expanded]")) button.removeAttribute("aria-expanded");
  opener?.classList.contains("cite") && shown && sameNumber().forEach((button) => button.setAttribute("aria-expanded", "true"));
}

const sameNumber = () => opener.closest(".turn").querySelectorAll(`.cite[data-number="${shown.number}"]`);

panel.addEventListener("cancel", (event) => {
  event.preventDefault();
  close();
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && panel.open && !event.defaultPrevented) close();
});
panel.addEventListener("click", (event) => event.target === panel && close());
wide.addEventListener("change", () => {
  if (!panel.open) return;
  panel.close();
  open();
});
