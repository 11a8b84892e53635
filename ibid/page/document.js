// The text of a source with a range of it marked.  The server counts in Unicode code points, JavaScript in UTF-16.

import { element } from "./element.js";
import { goesOn, isOfTable, namesColumns, table } from "./table.js";

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

/** The reading text of a citation: its quote without the page's reference marks and the space before them; that of
 *  the range `[from, to)` of its code points, where one is given. */
export function readingText(citation, from = 0, to = Infinity) {
  const points = [...citation.quote].slice(0, to);
  let text = "";
  let done = from;
  for (const [start, end] of citation.marks ?? []) {
    if (start < from || end > points.length) continue;
    text += points.slice(done, start).join("").trimEnd();
    done = end;
  }
  return text + points.slice(done).join("");
}

/** A quote as elements: its rows as tables with their heads, its code as code, its lists with their depths, and the rest
 *  as `prose` makes it. */
export function quoted(citation, prose) {
  const blocks = citation.blocks ?? [];
  const text = (start, end) => readingText(citation, start, end);
  const between = (start, end) => (text(start, end).trim() ? prose(text(start, end).trim()) : []);
  const shown = [];
  let done = 0;
  for (let at = 0; at < blocks.length; at += 1) {
    if (blocks[at].kind === "item") {
      const [before, own] = text(done, blocks[at].start).match(/^(.*?)(\S+ )?$/s).slice(1);
      const sign = own ?? signBefore(blocks, at, text);
      if (before.trim()) shown.push(...prose(before.trim()));
      if (shown.at(-1)?.tagName !== "UL") shown.push(element("ul", null));
      done = blocks[at].end;
      shown.at(-1).append(item(blocks[at], sign, [text(blocks[at].start, done)]));
      continue;
    }
    shown.push(...between(done, blocks[at].start));
    const first = at;
    while (isOfTable(blocks[at]) && blocks[at + 1] && isOfTable(blocks[at + 1])) at += 1;
    done = blocks[at].end;
    if (isOfTable(blocks[at])) shown.push(rowsOf(blocks.slice(first, at + 1), text));
    else shown.push(...(blocks[at].kind === "code" ? [code(text(blocks[at].start, done))] : between(blocks[at].start, done)));
  }
  return [...shown, ...between(done)];
}

/** The sign of an item that a quote begins with, told by that of the next: "2." for one before "3.". */
function signBefore(blocks, at, text) {
  const number = blocks[at + 1]?.level === blocks[at].level && text(blocks[at].end, blocks[at + 1].start).match(/(\d+)\. $/)?.[1];
  return number && `${number - 1}.`;
}

/** Quoted rows as a table of those columns in which something stands. */
function rowsOf(blocks, text) {
  const columns = [...new Set(blocks.flatMap(({ cells }) => cells.map(({ column }) => column)))].filter((column) => column !== null).sort((a, b) => a - b);
  const names = new Map(blocks.flatMap(({ cells }) => cells.map((cell) => [cell.column, text(cell.head, cell.start).replace(/: $/, "")])));
  const rows = blocks.flatMap(({ cells }) => {
    const shown = cells.map((cell) => ({ column: cell.column === null ? null : columns.indexOf(cell.column), shown: [text(cell.start, cell.end)] }));
    const across = shown.filter(({ column }) => column === null);
    if (shown.length === across.length) return [shown];
    return [...across.map((cell) => [{ ...cell, heads: true }]), shown.filter(({ column }) => column !== null)];
  });
  return table(columns.map((column) => [names.get(column)].filter(Boolean)), rows);
}

const item = ({ level }, sign, shown) =>
  element("li", { class: `depth${Math.min(Math.max(level, 1), 4)}`, "data-sign": (sign || "•").trim() }, shown);

const code = (shown) => element("pre", null, element("code", null, shown));

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
  const captions = new Set(source.blocks.map((block, at) => captionOf(source, at, unit)).filter((caption) => caption !== null));
  for (let at = 0; at < source.blocks.length; at += 1) {
    const block = source.blocks[at];
    if (isTitle(block) || captions.has(at)) {
      before = unit(block.end);
      continue;
    }
    if (isOfTable(block)) {
      const first = at;
      while (source.blocks[at + 1] && goesOn(source.blocks[at], source.blocks[at + 1])) at += 1;
      const inside = (range) => pieces(source.text, unit(range.start), unit(range.end), ranges);
      const caption = captions.has(first - 1) ? inside(source.blocks[first - 1]) : null;
      shown.append(drawn(source.blocks.slice(first, at + 1), inside, caption));
      before = unit(source.blocks[at].end);
      list = null;
      continue;
    }
    const [start, end] = [unit(block.start), unit(block.end)];
    const sign = source.text.slice(before, start).match(/(?:^|\n)(\S+ )$/)?.[1];
    const inside = pieces(source.text, start, end, ranges);
    before = end;
    if (block.kind === "item") {
      if (!list) shown.append((list = element("ul", null)));
      list.append(item(block, sign, inside));
      continue;
    }
    list = null;
    if (block.kind === "heading") {
      deepest = Math.min(6, deepest + 1, level + (block.level || 2) - shallowest);
      shown.append(element(`h${deepest}`, null, inside));
    } else if (block.kind === "code") {
      shown.append(code(inside));
    } else {
      shown.append(element("p", { class: block.kind }, inside));
    }
  }
  return shown;
}

/** The number of the block that is the caption of the table which begins with block `at`; null where there is none. */
function captionOf({ text, blocks }, at, unit) {
  const isFirst = isOfTable(blocks[at]) && !(at > 0 && goesOn(blocks[at - 1], blocks[at]));
  const before = blocks[at - 1];
  if (!isFirst || before?.kind !== "paragraph" || text[unit(before.end) - 1] === ":") return null;
  const row = blocks.slice(at).find(({ kind }) => kind === "row");
  return row?.lead === at - 1 ? at - 1 : null;
}

/** The blocks of one table as it was read; what `inside` shows of a range may be marked. */
function drawn(blocks, inside, caption) {
  const [first] = blocks;
  const heads = namesColumns(first) ? first.cells.map((cell) => (cell.start < cell.end ? inside(cell) : [])) : [];
  const rows = (heads.length ? blocks.slice(1) : blocks).map(({ kind, cells }) => {
    const own = cells.filter(({ column }) => kind === "heads" || cells.length === 1 || column !== null);
    return own.map((cell) => ({ column: cell.column, heads: kind === "heads", shown: inside(cell) }));
  });
  return table(heads, rows, caption);
}

/** What was read of a source and left out of its text, folded in; null where there is none. */
export function dropped(source) {
  const left = source.dropped ?? [];
  if (!left.length) return null;
  const rows = left.map((text) => element("li", null, text));
  return element("details", { class: "dropped" }, element("summary", null, `Left out as no matter of the source (${left.length})`), element("ul", null, rows));
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
