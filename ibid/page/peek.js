// The quote behind a number, beside it: while a mouse rests there, or the keyboard is at it.  A finger opens the source.

import { readingText } from "./document.js";
import { element, sections } from "./element.js";

const PATIENCE = 180;
const GAP = 8;

const tip = element("div", { id: "peek", role: "tooltip", hidden: true });
document.getElementById("main").append(tip);
let at = null;
let waiting = null;

function later(what) {
  clearTimeout(waiting);
  waiting = setTimeout(what, PATIENCE);
}

function show(button, citation) {
  hide();
  const place = [citation.title, citation.page_label && `page ${citation.page_label}`, sections(citation)].filter(Boolean).join(" · ");
  tip.replaceChildren(element("p", { class: "peeked" }, readingText(citation)), element("p", { class: "where" }, place));
  tip.hidden = false;
  at = button;
  at.setAttribute("aria-describedby", "peek");
  put();
}

/** Above the number, or below it where there is no room. */
function put() {
  if (!at) return;
  const [around, own] = [at.getBoundingClientRect(), tip.getBoundingClientRect()];
  const above = around.top - own.height - GAP;
  tip.style.top = `${above > GAP ? above : around.bottom + GAP}px`;
  tip.style.left = `${Math.max(GAP, Math.min(around.left - own.width / 4, document.documentElement.clientWidth - own.width - GAP))}px`;
}

export function hide() {
  clearTimeout(waiting);
  tip.hidden = true;
  at?.removeAttribute("aria-describedby");
  at = null;
}

/** `button`, at which the quote of `citation` is shown from now on. */
export function peeked(button, citation) {
  const shown = () => button.isConnected && show(button, citation);
  button.addEventListener("pointerenter", ({ pointerType }) => pointerType === "mouse" && later(shown));
  button.addEventListener("pointerleave", () => later(hide));
  button.addEventListener("focus", () => button.matches(":focus-visible") && shown());
  button.addEventListener("blur", hide);
  button.addEventListener("click", hide);
  return button;
}

// It may be gone over, to read it or to copy from it.
tip.addEventListener("pointerenter", () => clearTimeout(waiting));
tip.addEventListener("pointerleave", () => later(hide));
addEventListener("scroll", put, { capture: true, passive: true }); // as the focus does that comes to a number out of sight
addEventListener(
  "keydown",
  (event) => {
    if (event.key !== "Escape" || tip.hidden) return;
    hide();
    event.preventDefault(); // what stands behind it stays open
    event.stopPropagation();
  },
  { capture: true },
);
