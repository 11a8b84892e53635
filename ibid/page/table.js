// Tables, drawn again from the rows and cells that were read.

import { element } from "./element.js";

/** Whether block `next` goes on with the table that block `before` is of. */
export const goesOn = (before, next) =>
  isOfTable(before) && isOfTable(next) && (before.kind === "heads" || next.kind === "row" || next.cells[0].column === null);

export const isOfTable = (block) => block.cells?.length > 0;

/** Whether a block has the names of a table's columns; else, of heads, it names the rows below it. */
export const namesColumns = (block) => block.kind === "heads" && block.cells[0].column !== null;

/** A table.  `heads` are what its columns are called, `rows` lists of `{column, shown}`; a cell of no column stands
 *  across, and names the rows below where it `heads` them.  What is shown is a list of elements and texts. */
export function table(heads, rows, caption) {
  const width = Math.max(heads.length, ...rows.flat().map((cell) => (cell.column ?? 0) + 1));
  const bodies = [element("tbody", null)];
  for (const row of rows) {
    if (row[0].heads && bodies.at(-1).children.length) bodies.push(element("tbody", null));
    bodies.at(-1).append(element("tr", null, cells(row, width)));
  }
  const named = heads.some((shown) => shown?.length) && Array.from({ length: width }, (_, at) => head(heads[at]));
  const drawn = element("table", null, caption && element("caption", null, caption), named && element("thead", null, element("tr", null, named)), bodies);
  // What may be too wide for a narrow window is moved under it, by the keyboard too.
  const moved = width > 3 ? { tabindex: 0, role: "group", "aria-label": "Table" } : {};
  return element("div", { class: width > 3 ? "table many" : "table", ...moved }, drawn);
}

const head = (shown) => (shown?.length ? element("th", { scope: "col" }, shown) : element("td", null));

function cells(row, width) {
  const [first] = row;
  if (first.heads) return [element("th", { scope: "rowgroup", colspan: width }, first.shown)];
  if (first.column === null) return [element("td", { colspan: width }, first.shown)];
  return Array.from({ length: width }, (_, at) => element("td", null, row.find(({ column }) => column === at)?.shown ?? []));
}
