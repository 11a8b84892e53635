"use strict";
const data = JSON.parse(document.getElementById("data").textContent);
const byId = new Map(data.questions.map((question) => [question.id, question]));
const $ = (id) => document.getElementById(id);
const overview = $("overview"), page = $("question"), title = document.title;
const link = (question) => "#q=" + encodeURIComponent(question.id);

/** An element; what is no element among `children` becomes text, which nothing can turn into markup. */
function el(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== false && value !== null && value !== undefined) made.setAttribute(name, value);
  }
  made.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return made;
}

const badge = (why) => el("span", { class: "badge " + why }, data.outcomes[why].sign + " " + data.outcomes[why].label);
const shown = (value, kind) => (value === undefined ? "–" : kind === "part" ? Math.round(100 * value) + "%" : value.toFixed(kind === "score" ? 2 : 0));
const words = (name) => name.replaceAll("_", " ");
const plural = (n, noun) => n + " " + noun + (n === 1 ? "" : "s");

/* The table of all questions. */

const columns = [
  { label: "Question", value: (q) => q.id, cell: (q) => el("th", { scope: "row" }, el("a", { href: link(q) }, q.question), el("small", {}, q.id)) },
  { label: "Outcome", value: (q) => Object.keys(data.outcomes).indexOf(q.why), cell: (q) => el("td", {}, badge(q.why)) },
  { label: "Kind", value: (q) => q.stratum, cell: (q) => el("td", {}, words(q.stratum)) },
  { label: "Confidence", number: true, value: (q) => q.answer.confidence, cell: (q) => el("td", { class: "number" }, q.answer.confidence.toFixed(2)) },
  ...data.columns.map(({ name, label, kind }) => ({
    label, number: true, value: (q) => q.values[name] ?? -1, cell: (q) => el("td", { class: "number" }, shown(q.values[name], kind)),
  })),
];
const table = $("table"), headings = [], rows = new Map();
const sorting = { by: null, descending: false };
let listed = data.questions;

for (const column of columns) {
  const arrow = el("span", { "aria-hidden": "true" });
  const button = el("button", { type: "button" }, column.label, arrow);
  const heading = el("th", { scope: "col", class: column.number && "number" }, button);
  button.addEventListener("click", () => {
    sorting.descending = sorting.by === column ? !sorting.descending : false;
    sorting.by = column;
    list();
  });
  headings.push({ column, heading, arrow });
  table.tHead.rows[0].append(heading);
}
for (const question of data.questions) {
  rows.set(question, el("tr", { "data-id": question.id }, columns.map((column) => column.cell(question))));
  question.sought = [question.id, question.question, question.resolved, question.answer.text].join("\n").toLowerCase();
}
for (const stratum of new Set(data.questions.map((question) => question.stratum))) {
  $("stratum").append(el("option", { value: stratum }, words(stratum)));
}
for (const [name, outcome] of Object.entries(data.outcomes)) {
  if (data.questions.some((question) => question.why === name)) $("outcome").append(el("option", { value: name }, outcome.label));
}

function list() {
  const sought = $("words").value.toLowerCase().split(/\s+/), stratum = $("stratum").value, outcome = $("outcome").value;
  listed = data.questions.filter((question) =>
    sought.every((word) => question.sought.includes(word)) &&
    (!stratum || question.stratum === stratum) &&
    (!outcome || question.why === outcome || (outcome === "failed" && question.why !== "ok")));
  if (sorting.by) {
    const { value } = sorting.by, sign = sorting.descending ? -1 : 1;
    const order = (a, b) => (typeof a === "number" ? a - b : a.localeCompare(b, "en", { numeric: true }));
    listed.sort((a, b) => sign * order(value(a), value(b)));
  }
  for (const { column, heading, arrow } of headings) {
    const sorted = column === sorting.by;
    if (sorted) heading.setAttribute("aria-sort", sorting.descending ? "descending" : "ascending");
    else heading.removeAttribute("aria-sort");
    arrow.textContent = sorted ? (sorting.descending ? "↓" : "↑") : "";
  }
  table.tBodies[0].replaceChildren(...listed.map((question) => rows.get(question)));
  $("count").textContent = listed.length === data.questions.length
    ? plural(listed.length, "question") : listed.length + " of " + plural(data.questions.length, "question");
}

/* The page of a question. */

/** The part of a document around the ranges in `quoted`, these highlighted and those in `gold` underlined. */
function source(name, quoted, gold, label) {
  const { text, blocks } = data.documents[name];
  const marked = [...quoted, ...gold];
  const from = Math.min(...marked.map((range) => range[0])) - 1200, to = Math.max(...marked.map((range) => range[1])) + 1200;
  const box = el("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": label });
  for (const [kind, start, end] of blocks) {
    if (end > from && start < to) box.append(el("p", { class: kind }, pieces(text, start, end, quoted, gold)));
  }
  return box;
}

function pieces(text, start, end, quoted, gold) {
  const cuts = [start, end, ...[...quoted, ...gold].flat()].filter((at) => at >= start && at <= end).sort((a, b) => a - b);
  const inside = (ranges, at) => ranges.some((range) => range[0] <= at && at < range[1]);
  return cuts.slice(1).map((to, number) => {
    const at = cuts[number];
    let piece = text.slice(at, to);
    if (piece && inside(gold, at)) piece = el("u", { title: "gold evidence" }, piece);
    return piece && inside(quoted, at) ? el("mark", {}, piece) : piece;
  });
}

const goldIn = (question, document) => question.gold.filter((gold) => gold.document === document).map((gold) => gold.range);
const where = (document, section) => {
  const known = data.documents[document];
  return (known ? known.title : document) + (section && !(known && known.title === section) ? " › " + section : "");
};

function place(question, quote) {
  const known = data.documents[quote.document];
  const label = "Quote " + quote.number + " in its place";
  const facts = [...(quote.page ? ["page " + quote.page] : []), ...(known ? known.facts : [])].join(" · ");
  return el("figure", { class: "place", id: "quote-" + quote.number, tabindex: "-1" },
    el("figcaption", {}, el("b", {}, "[" + quote.number + "] "), where(quote.document, quote.section), el("br"), el("small", {}, facts)),
    known ? source(quote.document, [quote.range], goldIn(question, quote.document), label) : el("blockquote", {}, el("mark", {}, quote.quote)),
    quote.references.map((entry) => el("p", {}, el("small", {}, "The page cites: " + entry))));
}

const key = () => el("p", { class: "key" }, el("span", {}, el("mark", {}, "highlighted"), ": quoted"), el("span", {}, el("u", {}, "underlined twice"), ": gold evidence"));

function answer(answer, linked = true) {
  if (answer.refused) return el("p", { class: "answer" }, answer.text);
  return el("p", { class: "answer" }, answer.statements.map(([text, numbers, kind]) => [
    text, kind === "generated" && el("small", {}, " (written by a model)"), numbers.map((number) => (linked ? el("a", { href: "#", "data-quote": number, "aria-label": "to quote " + number }, "[" + number + "]") : " [" + number + "]")), " ",
  ]).flat(2).filter(Boolean));
}

const item = (good, sign, ...children) => el("li", {}, el("span", { class: good ? "good" : "bad" }, sign), el("div", {}, children));
const point = (...children) => el("li", {}, el("span", { class: "quiet", "aria-hidden": "true" }, "•"), el("div", {}, children));

function nuggets(question) {
  const held = question.nuggets.map((nugget) => item(nugget.found, nugget.found ? "✓" : "✗",
    el("code", {}, nugget.pattern), el("br"),
    el("small", {}, [nugget.found ? "found" : "missed", nugget.importance, nugget.critical && "exact " + nugget.critical].filter(Boolean).join(" · "))));
  const named = question.names.map((name) => item(name.found, name.found ? "✓" : "✗",
    el("code", {}, name.pattern), el("br"), el("small", {}, name.found ? "named" : "not named by the refusal")));
  const wrong = question.contradictions.map((pattern) => item(!pattern.found, pattern.found ? "✗" : "✓",
    el("code", {}, pattern.pattern), el("br"), el("small", {}, pattern.found ? "said, which is wrong" : "wrong, and not said")));
  const notices = question.wanted.map((notice) => item(notice.found, notice.found ? "✓" : "✗",
    words(notice.kind), el("br"), el("small", {}, notice.found ? "notice given" : "notice missing")));
  return [...held, ...named, ...notices, ...wrong];
}

function evidence(question) {
  return question.gold.map((gold) => {
    const quotes = question.answer.quotes.filter((quote) =>
      quote.document === gold.document && quote.range[0] < gold.range[1] && gold.range[0] < quote.range[1]);
    const said = quotes.length ? "quoted in " + quotes.map((quote) => "[" + quote.number + "]").join(", ") : "not quoted";
    const reference = gold.reference && el("p", {}, el("small", {}, "for which the page cites: ", el("code", {}, gold.reference)));
    const caption = el("figcaption", {}, el("span", { class: quotes.length ? "good" : "bad" }, quotes.length ? "✓ " : "✗ "), where(gold.document, gold.section), " · " + said);
    const known = data.documents[gold.document];
    const text = known && (quotes.length
      ? el("p", { class: "quoted" }, el("u", {}, known.text.slice(...gold.range)))
      : source(gold.document, [], [gold.range], "Gold evidence in its place"));
    return el("figure", { class: "place" }, caption, text, reference);
  });
}

function retrieved(question) {
  const heading = el("tr", {}, ["Rank", "Evidence", "Section", "Score"].map((label, n) => el("th", { scope: "col", class: n % 3 === 0 && "number" }, label)));
  const found = question.hits.map((hit, n) => {
    const known = data.documents[hit.document];
    const text = [hit.section, el("small", {}, known ? known.title : hit.document)];
    return el("tr", {},
      el("td", { class: "number" }, n + 1),
      el("td", {}, hit.holds ? el("span", { class: "good" }, "✓ yes") : "–"),
      el("td", {}, known ? el("details", {}, el("summary", {}, text), el("p", {}, pieces(known.text, ...hit.range, [], goldIn(question, hit.document)))) : text),
      el("td", { class: "number" }, hit.score.toFixed(3)));
  });
  return el("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "What was retrieved" },
    el("table", { class: "hits" }, el("thead", {}, heading), el("tbody", {}, found)));
}

function talk(question) {
  const before = question.conversation === null ? [] : data.questions.filter((other) =>
    other.conversation === question.conversation && other.part === question.part && other.turn < question.turn);
  return before.map((other) => el("li", {}, el("p", {}, el("a", { href: link(other) }, other.question)), el("p", {}, other.answer.text)));
}

const section = (heading, ...content) => (content.flat().some(Boolean) ? [el("h2", {}, heading), ...content.flat()] : []);
const bullets = (items, name = "list") => items.length && el("ul", { class: name }, items);

function values(question) {
  const known = Object.entries(question.values).map(([name, value]) => {
    const measure = data.measures[name] ?? { label: words(name), kind: "score" };
    return el("div", {}, el("dt", {}, measure.label), el("dd", {}, shown(value, measure.kind)));
  });
  return known.length && el("dl", { class: "values" }, known);
}

function head(question) {
  const asked = [
    question.resolved !== question.question && [el("dt", {}, "understood as"), el("dd", {}, question.resolved)],
    question.standalone && [el("dt", {}, "a person would put it"), el("dd", {}, question.standalone)],
    [el("dt", {}, "the sources"), el("dd", {}, question.answerable ? "answer it" : "do not answer it")],
    [el("dt", {}, "confidence"), el("dd", {}, question.answer.confidence.toFixed(2) + (question.answer.reason ? ", refused as: " + words(question.answer.reason) : ""))],
  ];
  return [
    el("h1", { tabindex: "-1" }, question.question),
    el("p", { class: "facts quiet" }, badge(question.why), el("span", {}, words(question.stratum)), el("span", {}, question.part), el("code", {}, question.id)),
    el("dl", { class: "about" }, asked.filter(Boolean).flat()),
    el("p", { class: "reason" + (question.why === "ok" ? " ok" : "") }, question.words),
    question.verified ? null : el("p", { class: "reason" }, "A quote does not stand at its place in the source."),
  ];
}

function turns(question) {
  const at = listed.indexOf(question);
  const step = (label, name, other) => el("a", { id: name, href: other && link(other), rel: name, "aria-disabled": other ? false : "true" }, label);
  return el("nav", { class: "turns", "aria-label": "Questions" },
    el("a", { id: "back", href: "#questions" }, "All questions"), step("← Previous", "prev", listed[at - 1]), step("Next →", "next", listed[at + 1]),
    el("span", { class: "quiet" }, at + 1 + " of " + listed.length));
}

function show(question) {
  if (!listed.includes(question)) listed = data.questions;
  const { answer: given, compelled } = question;
  const before = talk(question);
  page.replaceChildren(...[
    turns(question),
    head(question),
    section("What was said before" + (question.switch ? " (the topic changes here)" : ""), before.length && el("ol", { class: "talk" }, before)),
    section(given.refused ? "The refusal" : "The answer", answer(given), bullets(given.notices.map(([kind, text]) => point(text, " ", el("small", {}, words(kind)))))),
    section("What the other run said", question.other && answer(question.other, false),
      question.other && bullets(question.other.notices.map(([kind, text]) => point(text, " ", el("small", {}, words(kind)))))),
    section("Its quotes in their place", given.quotes.length && key(), given.quotes.map((quote) => place(question, quote))),
    section("What it would have said", compelled && answer(compelled, false)),
    section(question.answerable ? "What an answer has to hold" : "What a refusal has to hold", bullets(nuggets(question))),
    section("Gold evidence", evidence(question)),
    section("Offered as nearest", bullets(question.nearest.map((quote) => point(quote.quote, el("br"), el("small", {}, where(quote.document, quote.section)))))),
    section("What was retrieved", question.hits.length && retrieved(question)),
    section("Put otherwise", bullets(question.variants.map((variant) => item(variant.same, variant.same ? "✓" : "✗", variant.question, el("br"),
      el("small", {}, words(variant.kind) + " · " + (variant.same ? "the same" : variant.refused ? "differs: refused" : "differs")))))),
    section("Its scores", values(question)),
  ].flat(2).filter((part) => part instanceof Node));
  for (const box of page.querySelectorAll(".place .scroll")) {
    const mark = box.querySelector("mark") ?? box.querySelector("u");
    if (mark) box.scrollTop = mark.offsetTop - box.clientHeight / 3;
  }
}

/* Going from one to the other. */

let left = null;

function route() {
  const [name, value] = decodeURIComponent(location.hash.slice(1)).split(/=(.*)/s);
  const question = name === "q" ? byId.get(value) : undefined;
  overview.hidden = Boolean(question);
  page.hidden = !question;
  document.title = question ? question.question + " – " + title : title;
  if (question) {
    left = question;
    scrollTo(0, 0);
    show(question);
    page.querySelector("h1").focus({ preventScroll: true });
    return;
  }
  page.replaceChildren();
  if (name === "why") $("outcome").value = value;
  list();
  const row = left && rows.get(left);
  if (name === "questions" && row?.isConnected) {
    row.scrollIntoView({ block: "center" });
    row.querySelector("a").focus({ preventScroll: true });
  } else if (name) {
    $("questions").scrollIntoView();
    $("questions").focus({ preventScroll: true });
  }
}

addEventListener("hashchange", route);
$("words").form.addEventListener("input", list);
$("words").form.addEventListener("submit", (event) => event.preventDefault());
page.addEventListener("click", (event) => {
  const number = event.target.dataset?.quote;
  if (!number) return;
  event.preventDefault();
  const quote = $("quote-" + number);
  quote.scrollIntoView();
  quote.focus({ preventScroll: true });
});
addEventListener("keydown", (event) => {
  if (page.hidden || event.ctrlKey || event.altKey || event.metaKey || event.target.closest(".scroll")?.matches(":focus")) return;
  const to = { j: "next", ArrowRight: "next", k: "prev", ArrowLeft: "prev", Escape: "back" }[event.key];
  if (to && $(to).hasAttribute("href")) {
    event.preventDefault();
    $(to).click();
  }
});
list();
route();
