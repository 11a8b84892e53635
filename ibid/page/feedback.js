// "Was this right?", where the server keeps what it is told.

import { element, say } from "./element.js";
import { judge } from "./server.js";

/** A group of buttons that asks about `record`, or null where the server keeps no feedback. */
export function feedback(record) {
  if (document.documentElement.dataset.feedback !== "on") return null;
  const group = element("div", { class: "feedback", role: "group", "aria-label": "Was this right?" });
  const send = async (right, comment) => {
    const { resolved_question: question, generation } = record;
    const told = await judge({ question, generation, right, comment }).then(
      () => "Thank you, that has been kept.",
      (problem) => problem.message,
    );
    group.replaceChildren(element("p", null, told));
    say(told);
  };
  const button = (text, onclick) => element("button", { type: "button", class: "quiet-button", onclick }, text);
  const explain = () => {
    const comment = element("textarea", { rows: 2, maxlength: 1000, "aria-label": "What was wrong?", placeholder: "What was wrong? (optional)" });
    group.replaceChildren(comment, button("Send", () => send(false, comment.value.trim())));
    comment.focus();
  };
  group.append("Was this right? ", button("Yes", () => send(true, "")), button("No", explain));
  return group;
}
