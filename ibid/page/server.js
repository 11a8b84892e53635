// What the page asks of the server.

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

/** Send `key` with every request of this tab, where the server demands one. */
export const useKey = (key) => sessionStorage.setItem(KEY, key);

async function request(path, options = {}) {
  const key = sessionStorage.getItem(KEY);
  const headers = key ? { ...options.headers, Authorization: `Bearer ${key}` } : options.headers;
  let response;
  try {
    response = await fetch(path, { ...options, headers });
  } catch {
    throw new Problem({ detail: "the server cannot be reached", mend: "see that it runs, then ask again" });
  }
  if (response.ok) return response;
  const told = await response.json().catch(() => ({ detail: `the server answered ${response.status}` }));
  throw new Problem(told, response.status);
}

const send = (path, body, accept) =>
  request(path, {
    method: "POST",
    headers: { "Content-Type": "application/json", Accept: accept },
    body: JSON.stringify(body),
  });

const kept = new Map();

/** The JSON at `path`, asked for once and remembered; what failed is asked for again. */
function read(path) {
  if (!kept.has(path)) {
    const reading = request(path).then((response) => response.json());
    kept.set(path, reading);
    reading.catch(() => kept.delete(path));
  }
  return kept.get(path);
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
