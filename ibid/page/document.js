// The text of a source with a range of it marked.  The server counts in Unicode code points, JavaScript in UTF-16.

import { element } from "./element.js";

/** A function from an offset in code points of `text` to one in UTF-16 code units. */
export function unitsOf(text) {
  if (!/[\ud800-\udbff]/.test(text)) return (offset) => offset;
  const starts = [];
  let unit = 0;
  for (const point of text) {
    starts.push(unit);
    unit += point.length;
  }
  return (offset) => starts[offset] ?? unit;
}

/** The reading text of a citation: its quote without the page's reference marks and the space before them. */
export function readingText(citation) {
  const points = [...citation.quote];
  let text = "";
  let done = 0;
  for (const [start, end] of citation.marks ?? []) {
    text += points.slice(done, start).join("").trimEnd();
    done = end;
  }
  return text + points.slice(done).join("");
}

/** The blocks of a source's `text` as elements.  `marked` are ranges to mark, `{start, end, class}` in code points, the
 *  later over the earlier; headings begin at h`level`. */
export function textOf(source, marked = [], level = 3) {
  const unit = unitsOf(source.text);
  const inUnits = (range) => ({ ...range, start: unit(range.start), end: unit(range.end) });
  // A title that opens the text stands above it already.
  const isTitle = ({ kind, start, end }) => kind === "heading" && start === 0 && source.text.slice(0, unit(end)) === source.source.title;
  const isShownHeading = (block) => block.kind === "heading" && !isTitle(block);
  const ranges = { marked: marked.map(inUnits), raised: (source.marks ?? []).map(inUnits) };
  const shown = element("div", { class: "text" });
  const levels = source.blocks.filter(isShownHeading).map((block) => block.level || 2);
  const shallowest = Math.min(...levels);
  let deepest = level - 1;
  let before = 0;
  let list = null;
  for (const block of source.blocks) {
    if (isTitle(block)) {
      before = unit(block.end);
      continue;
    }
    const [start, end] = [unit(block.start), unit(block.end)];
    const sign = source.text.slice(before, start).match(/(?:^|\n)(\S+ )$/)?.[1];
    const inside = pieces(source.text, start, end, ranges);
    before = end;
    if (block.kind === "item") {
      if (!list) shown.append((list = element("ul", null)));
      const depth = Math.min(Math.max(block.level, 1), 4);
      list.append(element("li", { class: `depth${depth}`, "data-sign": (sign ?? "•").trim() }, inside));
      continue;
    }
    list = null;
    if (block.kind === "heading") {
      deepest = Math.min(6, deepest + 1, level + (block.level || 2) - shallowest);
      shown.append(element(`h${deepest}`, null, inside));
    } else {
      shown.append(element("p", { class: block.kind }, inside));
    }
  }
  return shown;
}

/** `text[start:end]` as texts and marks; the page's own reference marks are raised. */
function pieces(text, start, end, { marked, raised }) {
  const within = (range) => range.start < end && range.end > start;
  const [inside, marks] = [marked.filter(within), raised.filter(within)];
  const cuts = new Set([start, end]);
  for (const range of [...inside, ...marks]) {
    cuts.add(Math.max(start, range.start));
    cuts.add(Math.min(end, range.end));
  }
  const edges = [...cuts].sort((a, b) => a - b);
  return edges.slice(1).map((edge, i) => {
    const around = (range) => range.start <= edges[i] && range.end >= edge;
    const over = inside.findLast(around);
    const part = text.slice(edges[i], edge);
    const piece = marks.some(around) ? element("sup", null, part) : part;
    return over ? element("mark", { class: over.class }, piece) : piece;
  });
}
