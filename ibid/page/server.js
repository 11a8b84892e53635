// What the page asks of the server.

import { keep, kept } from "./keeping.js";

/** A request that the server refused, or that never reached it; `message` says what happened and what mends it. */
export class Problem extends Error {
  constructor(told, status = 0) {
    const [first, ...rest] = [told.detail ?? told.title, told.mend].filter(Boolean).join("; ");
    super(`${first.toUpperCase()}${rest.join("")}`.replace(/(?<![.!?])$/, "."));
    this.code = told.code;
    this.status = status || told.status;
  }
}

const KEY = "ibid-key";
let key = kept(KEY);

/** Send `given` with every request of this tab, where the server demands a key. */
export function useKey(given) {
  key = given;
  keep(KEY, key);
}

const permission = () => (key ? { Authorization: `Bearer ${key}` } : {});

async function request(path, options = {}) {
  const headers = { ...options.headers, ...permission() };
  let response;
  try {
    response = await fetch(path, { ...options, headers });
  } catch {
    throw unreached();
  }
  if (response.ok) return response;
  const told = await response.json().catch(() => ({ detail: `the server answered ${response.status}` }));
  throw new Problem(told, response.status);
}

const unreached = () => new Problem({ detail: "the server cannot be reached", mend: "see that it runs, then try again" });

const send = (path, body, accept) =>
  request(path, {
    method: "POST",
    headers: { "Content-Type": "application/json", Accept: accept },
    body: JSON.stringify(body),
  });

const known = new Map();

/** The JSON at `path`, asked for once and remembered; what failed is asked for again. */
function read(path) {
  if (!known.has(path)) {
    const reading = request(path).then((response) => response.json());
    known.set(path, reading);
    reading.catch(() => known.delete(path));
  }
  return known.get(path);
}

/** What the server reads. */
export const sources = () => read("v1/sources");

/** The text of a source, of the generation called so or the published one. */
export const source = (id, generation) =>
  read(`v1/sources/${encodeURIComponent(id)}${generation ? `?generation=${encodeURIComponent(generation)}` : ""}`);

/** Questions that the sources of a generation answer. */
export const suggestions = async (generation) =>
  (await request(`v1/suggestions${generation ? `?generation=${encodeURIComponent(generation)}` : ""}`)).json();

export const generations = async () => (await request("v1/generations")).json();

/** What a generation changed against the one before it. */
export const changes = (generation) => read(`v1/generations/${encodeURIComponent(generation)}/changes`);

/** The best `k` passages for `question`. */
export const search = async (question, k) => (await send("v1/search", { question, k }, "application/json")).json();

/** What became of the files that were sent. */
export const uploads = async () => (await request("v1/uploads")).json();

/** Send a `file` to the sources, with `replace` in the place of one of its name; `onSent(part)` is told how much of it
 *  has been sent, in [0, 1]. */
export function upload(file, replace, onSent) {
  const sending = new XMLHttpRequest(); // fetch tells nothing of what is on its way
  sending.open("PUT", `v1/uploads/${encodeURIComponent(file.name)}${replace ? "?replace=true" : ""}`);
  for (const [name, value] of Object.entries(permission())) sending.setRequestHeader(name, value);
  sending.setRequestHeader("Content-Type", "application/octet-stream");
  sending.upload.addEventListener("progress", ({ loaded, total }) => onSent(total ? loaded / total : 1));
  return new Promise((resolve, reject) => {
    sending.addEventListener("error", () => reject(unreached()));
    sending.addEventListener("load", () => {
      if (sending.status < 300) return resolve();
      let told = { detail: `the server answered ${sending.status}` };
      try {
        told = JSON.parse(sending.responseText);
      } catch {} // a server before it has no JSON for us
      reject(new Problem(told, sending.status));
    });
    sending.send(file);
  });
}

/** Ask for everything anew from now on: the sources have changed. */
export const forget = () => known.clear();

/** Tell the server whether an answer was right. */
export const judge = (judged) => send("v1/feedback", judged, "application/json");

/** The answer record; on its way `onEvent(name, data)` is told of each stage and each statement. */
export async function streamAnswer(asked, onEvent) {
  const response = await send("v1/answers", asked, "text/event-stream");
  for await (const { name, data } of events(response.body)) {
    if (name === "record") return data;
    if (name === "problem") throw new Problem(data);
    onEvent(name, data);
  }
  throw new Problem({ detail: "the answer was cut off", mend: "ask again" });
}

/** The server-sent events of a stream (WHATWG HTML, 9.2), each with its data as JSON. */
async function* events(stream) {
  const reader = stream.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { value, done } = await reader.read().catch(() => ({ done: true }));
    if (done) return;
    const parts = (rest + value).replaceAll("\r\n", "\n").split("\n\n");
    rest = parts.pop();
    for (const part of parts) {
      const event = { name: "message", data: "" };
      for (const line of part.split("\n")) {
        if (line.startsWith("event:")) event.name = line.slice(6).trim();
        if (line.startsWith("data:")) event.data += line.slice(5);
      }
      if (event.data) yield { name: event.name, data: JSON.parse(event.data) };
    }
  }
}
