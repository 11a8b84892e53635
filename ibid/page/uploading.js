// Files that are dropped on the list of the sources, where the server takes some.

import { element, say, spoken } from "./element.js";
import { Problem, forget, upload, uploads } from "./server.js";

const AGAIN = 700;

const rows = element("ul", { class: "uploads" });
const stage = element("p", { class: "told", role: "status" });
const input = element("input", { type: "file", multiple: true, id: "files", class: "spoken" });
const zone = element(
  "section",
  { class: "drop", "aria-label": "Add files" },
  element("p", null, "Drop files here, or ", input, element("label", { for: "files", class: "topic" }, "choose files")),
  rows,
  stage,
);
// The row of each file that was sent and has not been read yet, by its name.
const sent = new Map();
let sending = Promise.resolve();
let changed = null;
let isWatching = false;
// How many bytes a file may have.
let limit = Infinity;

/** A place to drop files on, null where the server takes none; `whenRead()` is called once the sources have changed. */
export function dropZone(whenRead) {
  if (document.documentElement.dataset.uploads !== "on") return null;
  changed = whenRead;
  watch();
  return zone;
}

/** Send `file`, once those before it have been sent, and tell in its `row` how that goes. */
function send(file, row, replace = false) {
  const bar = element("progress", { max: 1, value: 0, "aria-label": `Sending ${file.name}` });
  tell(row, file.name, bar);
  const start = () => upload(file, replace, (part) => (bar.value = part));
  sending = sending.then(start).then(() => {
    tell(row, file.name, "Waits to be read");
    sent.set(file.name.normalize(), row);
    watch();
  }, (problem) => refused(file, row, replace, problem));
}

function refused(file, row, replace, problem) {
  const button = (text, onclick, as = "quiet-button") => element("button", { type: "button", class: as, onclick }, text, spoken(` ${file.name}`));
  const passes = !problem.status || problem.status === 408 || problem.status >= 429;
  tell(
    row,
    file.name,
    element("span", { class: "failed" }, problem.status === 409 ? "There is a file of this name already." : problem.message),
    problem.status === 409 && button("Replace it", () => send(file, row, true), "topic"),
    passes && problem instanceof Problem && button("Retry", () => send(file, row, replace), "topic"),
    button("Dismiss", () => row.remove()),
  );
  say(`${file.name}: ${problem.message}`);
}

function tell(row, name, ...told) {
  row.replaceChildren(element("code", null, name), ...told.filter(Boolean));
}

/** Wait until all that was sent has been read. */
async function watch() {
  if (isWatching) return;
  isWatching = true;
  let isRead = false;
  await sending; // all of them are read at once
  for (;;) {
    const known = await uploads().catch((problem) => ({ state: "idle", last: { fault: problem.message } }));
    if (known.state === "idle") {
      isWatching = false;
      stage.textContent = "";
      limit = known.limit ?? Infinity;
      input.accept = known.kinds?.join(",") ?? "";
      if (isRead || sent.size) done(known.last ?? {});
      return;
    }
    isRead = true;
    if (!stage.textContent) stage.textContent = "Indexing …";
    await new Promise((resolve) => setTimeout(resolve, AGAIN));
  }
}

/** Tell which files were read; none was where there is a `fault`, nor were those `left_out`, `{file, why}`. */
function done({ fault, left_out: leftOut = [] }) {
  for (const [name, row] of sent) {
    const left = leftOut.find(({ file }) => file.split("/").at(-1) === name);
    const why = fault ?? (left && `it ${left.why}`);
    tell(row, name, element("span", { class: why ? "failed" : "good" }, why ? `Not read: ${why}` : "Read"));
    row.classList.add("done");
  }
  if (sent.size) say("The files have been read");
  sent.clear();
  forget();
  changed();
}

function take(files) {
  for (const row of rows.querySelectorAll(".done")) row.remove();
  for (const file of files) {
    const row = element("li", null);
    rows.append(row);
    if (file.size <= limit) send(file, row);
    else refused(file, row, false, { message: `It has more than ${Math.round(limit / 1e6)} MB.`, status: 413 });
  }
}

/** The files of what was dropped; a folder among it is told of. */
function dropped({ items, files }) {
  const isFolder = [...items].map((item) => item.webkitGetAsEntry()?.isDirectory);
  [...files].filter((_, at) => isFolder[at]).forEach(({ name }) => {
    const row = element("li", null);
    rows.append(row);
    refused({ name }, row, false, { message: "This is a folder; drop the files in it.", status: 400 });
  });
  return [...files].filter((_, at) => !isFolder[at]);
}

input.addEventListener("change", () => {
  take(input.files);
  input.value = "";
});
for (const name of ["dragover", "dragleave", "drop"]) {
  addEventListener(name, (event) => {
    if (!zone.checkVisibility() || !event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault(); // or the browser would open the file in the place of this page
    zone.classList.toggle("over", name === "dragover");
    if (name === "drop") take(dropped(event.dataTransfer));
  });
}
