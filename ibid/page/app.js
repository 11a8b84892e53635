// The page: what its address asks for.

import { begin, nameAnswer, offer, put, ready } from "./composer.js";
import { element } from "./element.js";
import { sourceList, sourcePage } from "./library.js";
import { close } from "./panel.js";
import { showSearch } from "./searching.js";
import { last } from "./thread.js";

const at = (id) => document.getElementById(id);
const VIEWS = ["asking", "searching", "library"];
// How far down each of them the reader was.
const depths = {};
let current = null;

/** The view that the address is of. */
function viewOf({ pathname, hash }) {
  if (pathname.endsWith("/search")) return "searching";
  return hash === "#sources" || hash.startsWith("#source=") ? "library" : "asking";
}

/** Show what the address asks for. */
async function route() {
  if (["#main", "#question"].includes(location.hash)) return;
  const place = new URLSearchParams(location.hash.slice(1));
  const view = viewOf(location);
  close();
  depths[current] = scrollY;
  for (const name of VIEWS) {
    at(name).hidden = name !== view;
    if (name === view) at(`to-${name}`).setAttribute("aria-current", "page");
    else at(`to-${name}`).removeAttribute("aria-current");
  }
  if (current && view !== current) scrollTo(0, depths[view] ?? 0);
  current = view;
  if (view === "searching") await showSearch(at(view));
  else if (view === "library") await showLibrary(place.get("source"));
  else {
    ready();
    if (place.get("q") && location.hash !== last()?.address) await put(place.get("q"), { alone: true, generation: place.get("g") });
    else nameAnswer();
  }
}

async function showLibrary(id) {
  const view = at("library");
  const parts = await (id === null ? sourceList(listAgain) : sourcePage(id)).catch((error) => [
    element("h1", { tabindex: -1 }, "Not found"),
    element("p", { class: "failed" }, error.message),
    element("p", null, element("a", { href: "./#sources" }, "All sources")),
  ]);
  view.replaceChildren(...parts);
  const heading = view.querySelector("h1");
  document.title = `${heading.textContent} – ibid`;
  scrollTo(0, 0);
  heading.focus({ preventScroll: true });
}

/** Show the list anew where it is still what is shown, and leave the reader where they are. */
async function listAgain() {
  const isShown = () => location.hash === "#sources" && viewOf(location) === "library";
  const parts = isShown() && (await sourceList(listAgain).catch(() => null));
  if (!parts || !isShown()) return;
  const focused = document.activeElement;
  at("library").replaceChildren(...parts);
  if (focused.isConnected) focused.focus({ preventScroll: true });
}

// From one address of this page to another nothing is loaded anew.
document.addEventListener("click", (event) => {
  const link = event.target.closest("a[href]");
  if (!link || link.target || event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  if (link.origin !== location.origin || link.pathname + link.search === location.pathname + location.search) return;
  event.preventDefault();
  history.pushState(null, "", link.href);
  route();
});
addEventListener("keydown", (event) => {
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, textarea")) return;
  const field = document.querySelector(at("searching").hidden ? "#question" : "#sought");
  if (!field.checkVisibility()) return;
  event.preventDefault();
  field.focus();
});
addEventListener("popstate", route);
begin();
route();
offer();
