// Elements out of plain values.  Whatever comes from a source or a question goes in as text, never as markup.

const UNPRINTED =
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e0fff}]/gu;

/** `text` with a sign to see in the place of each that would turn letters about, or is there and not seen. */
export const printable = (text) => text.replace(UNPRINTED, (sign) => "\ufffd".repeat(sign.length));

/** An element `name` with `properties` and `children` (elements, texts; null and false are left out).
 *  A property that begins with "on" is a listener, `class` and what holds a dash are attributes. */
export function element(name, properties, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(properties ?? {})) {
    if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
    else if (value === true) made.setAttribute(key, "");
    else if (value !== false && value != null) made.setAttribute(key, value);
  }
  const seen = children.flat().filter((child) => child != null && child !== false && child !== "");
  made.append(...seen.map((child) => (typeof child === "string" ? printable(child) : child)));
  return made;
}

/** Text that only a screen reader says. */
export const spoken = (text) => element("span", { class: "spoken" }, text);

/** A link that leaves this page; null where the address is none of the web. */
export function outward(address, text, properties) {
  if (!/^https?:\/\//i.test(address ?? "")) return null;
  const open = { href: address, target: "_blank", rel: "noopener noreferrer", ...properties };
  return element("a", open, text, " ", element("span", { "aria-hidden": "true" }, "↗"), spoken(" (opens a new tab)"));
}

/** Say `text` to a screen reader once. */
export function say(text) {
  const status = document.getElementById("status");
  status.textContent = "";
  setTimeout(() => (status.textContent = text), 50); // the same words are said again
}

/** "8 August 2025" for "2025-08-08". */
export function day(date) {
  const [year, month, dayOfMonth] = date.split("-").map(Number);
  return new Date(year, month - 1, dayOfMonth).toLocaleDateString("en-GB", { dateStyle: "long" });
}

const REVIEW = { reviewed: "Reviewed", pending: "Review pending" };

/** What any of the sources states of itself: see `states` of the answer record. */
export const stated = (all) => ["revised", "review_status"].filter((name) => all.some((one) => one[name]));

/** What one must know of a source, as a line; that it says nothing of its date or review is told where others do, as
 *  `states` has it. */
export function facts(source, states) {
  const status = source.review_status;
  const review = status ? (REVIEW[status] ?? status) : "Review not stated";
  return element(
    "p",
    { class: "facts" },
    source.publisher && element("span", null, source.publisher),
    states.includes("revised") && element("span", null, source.revised ? `Revised ${day(source.revised)}` : "No revision date"),
    states.includes("review_status") && element("span", { class: status === "reviewed" ? "badge good" : "badge care" }, review),
    source.license === "digest" && element("span", { class: "badge" }, "Digest"),
    (source.read_by_ocr || source.scans?.length > 0) && element("span", { class: "badge care" }, "Read by OCR"),
  );
}

/** The section of a citation with the headings above it; false where it is the whole of its source. */
export const sections = ({ section, section_path: above, title }) => section !== title && [...(above ?? []), section].join(" › ");

/** Where a quote stands in its source: the file where it has no address, the page as it is called in print, the section;
 *  false where it is the whole of it. */
export function where(citation) {
  const { url, file, page_label: page } = citation;
  const section = sections(citation);
  const place = [!url && file, page && `page ${page}`, section && `in “${section}”`].filter(Boolean).join(", ");
  return place && element("p", { class: "where" }, url || !file ? place.replace(/^./, (first) => first.toUpperCase()) : place);
}
