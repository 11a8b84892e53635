// The sources, their revisions, and what changed in the last one.

import { dropped, textOf } from "./document.js";
import { day, element, facts, outward, spoken, stated } from "./element.js";
import { changes, generations, source, sources } from "./server.js";
import { dropZone } from "./uploading.js";

const SIGNS = { removed: "−", added: "+", changed: "~", moved: "↕" };
const NAMES = { revised: "Revision date", review_status: "Review status", url: "Address" };

/** The list of the sources; `again()` shows it anew where files have been added. */
export async function sourceList(again) {
  const { sources: all, left_out: unread } = await sources();
  const states = stated(all);
  const rows = all.map((one) =>
    element(
      "li",
      null,
      element("h2", null, element("a", { href: `./#source=${encodeURIComponent(one.id)}` }, one.title)),
      facts(one, states),
      one.file && element("p", { class: "where" }, element("code", null, one.file)),
      element("p", { class: "links" }, outward(one.url, "Original page")),
    ),
  );
  return [
    element("h1", { tabindex: -1 }, "Sources"),
    element("p", { class: "lead" }, "Answers are quoted from these, and from nothing else."),
    dropZone(again) ?? "",
    element("ul", { class: "sources" }, rows),
    ...(unread.length ? [element("h2", { class: "label" }, "Not read"), element("ul", { class: "sources" }, unread.map(leftOut))] : []),
  ];
}

/** A file that was not read, and why. */
const leftOut = ({ file, why }) => element("li", { class: "facts" }, element("code", null, file), element("span", null, why));

/** One source: what is known of it, its revisions, what changed in the last one, and its text. */
export async function sourcePage(id) {
  const [text, { kept }, { sources: all }] = await Promise.all([source(id), generations(), sources()]);
  const told = revisions(id, kept);
  return [
    element("p", null, element("a", { href: "./#sources" }, "All sources")),
    element("h1", { tabindex: -1 }, text.source.title),
    facts(text.source, stated(all)),
    element("p", { class: "links" }, outward(text.source.url, "Original page") ?? text.source.file),
    element("h2", { class: "label" }, told.length === 1 ? "Revision" : "Revisions"),
    element("ul", { class: "revisions" }, told.map(revision)),
    ...(await lastChange(id, told)),
    element("h2", { class: "label" }, "Text"),
    textOf(text, [], 2),
    dropped(text) ?? "",
  ];
}

/** The revisions of a source that are kept, newest first, each with the first generation that has it. */
function revisions(id, kept) {
  const found = [];
  for (const generation of kept.toReversed()) {
    const hash = generation.revisions[id];
    if (hash && found[0]?.hash !== hash) found.unshift({ hash, generation });
  }
  return found;
}

const revision = ({ hash, generation }, at) =>
  element(
    "li",
    { class: "facts" },
    element("code", null, hash.replace("sha256:", "").slice(0, 12)),
    element("span", null, `since ${day(generation.made.slice(0, 10))}`),
    element("span", null, `generation ${generation.name}`),
    at === 0 && element("span", { class: "badge good" }, "Present"),
  );

/** What the newest revision changed, folded in. */
async function lastChange(id, told) {
  if (told.length < 2) return [];
  const found = (await changes(told[0].generation.name)).revised.find((one) => one.id === id);
  if (!found) return [];
  const rows = [...found.facts.map(fact), ...found.changes.map(change)];
  const title = rows.length === 1 ? "What the last revision changed: one thing" : `What the last revision changed: ${rows.length} things`;
  return [element("details", { class: "changes", open: rows.length <= 5 }, element("summary", null, title), rows.length ? rows : element("p", null, "Only the layout has changed."))];
}

const struck = (text) => element("del", null, spoken("[removed: "), text, spoken("]"));
const put = (text) => element("ins", null, spoken("[added: "), text, spoken("]"));

const fact = ({ name, old, new: now }) =>
  element(
    "div",
    { class: "change-row" },
    element("p", null, NAMES[name] ?? name.replace(/^./, (first) => first.toUpperCase())),
    element("p", null, struck(old ?? "not stated"), " ", put(now ?? "not stated")),
  );

function change({ kind, old, new: now, edits, marks }) {
  const unit = now ?? old;
  const matters = [...new Set(marks.map((mark) => mark.matter))];
  return element(
    "div",
    { class: `change-row ${kind}` },
    element("p", null, element("b", null, `${SIGNS[kind]} ${kind}`), ` ${unit.section}`, matters.map((matter) => element("span", { class: "badge care" }, matter))),
    element("p", null, kind === "changed" ? segments(old, now, edits) : unit.text),
  );
}

/** A changed sentence from left to right, what was struck out and what was put in marked. */
function segments(old, now, edits) {
  const [before, after] = [[...old.text], [...now.text]];
  const shown = [];
  let done = now.start;
  for (const edit of edits) {
    shown.push(after.slice(done - now.start, edit.new_start - now.start).join(""));
    const gone = before.slice(edit.old_start - old.start, edit.old_end - old.start).join("");
    const come = after.slice(edit.new_start - now.start, edit.new_end - now.start).join("");
    shown.push(gone && struck(gone), gone && come && " ", come && put(come));
    done = edit.new_end;
  }
  return [...shown, after.slice(done - now.start).join("")];
}
