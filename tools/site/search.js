// Finds the sections that hold all of the words; `sections` is what sections.js has.
const field = document.querySelector("#search"), found = document.querySelector("#found");
const told = document.querySelector("#told"), list = document.querySelector("#list");
const up = document.documentElement.dataset.up;
const MOST = 30;

function entry([page, anchor, title, section]) {
  const item = document.createElement("li"), link = document.createElement("a"), of = document.createElement("small");
  link.href = up + page + (anchor ? "#" + anchor : "");
  of.textContent = title;
  link.append(section, of);
  item.append(link);
  return item;
}

function search() {
  const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
  list.hidden = words.length > 0;
  found.replaceChildren();
  told.textContent = "";
  if (!words.length) return;
  const holds = (text) => words.every((word) => text.toLowerCase().includes(word));
  const hits = sections.filter((section) => holds(section.slice(2).join(" ")));
  hits.sort((one, other) => holds(other[3]) - holds(one[3]));
  found.append(...hits.slice(0, MOST).map(entry));
  told.textContent = hits.length > MOST ? `The first ${MOST} of ${hits.length} sections.`
    : hits.length ? "" : "No section has all of these words.";
}

// On a phone the list lies over the page that it leads into.
const pages = document.querySelector("#pages");
pages.addEventListener("click", (event) => { if (event.target.closest("a")) pages.hidePopover?.(); });

field.closest("div").hidden = false;
field.addEventListener("input", search);
