// what the console does when scripts run; every page works without.
"use strict";

const POLL_MS = 4000;
const POLL_HIDDEN_MS = 30000;
const MEASURE_AFTER_MS = 300;
const TWICE_WITHIN_MS = 1000;

// a form is not sent twice by an impatient double click
document.addEventListener("submit", (event) => {
  const button = event.submitter;
  if (!button || button.dataset.preventDoubleClick !== "true") return;
  if (button.dataset.sent) {
    event.preventDefault();
    return;
  }
  button.dataset.sent = "yes";
  setTimeout(() => delete button.dataset.sent, TWICE_WITHIN_MS);
});

// an error summary is read first
const summary = document.querySelector(".govuk-error-summary");
if (summary) {
  summary.tabIndex = -1;
  summary.focus();
  summary.addEventListener("click", (event) => {
    const link = event.target.closest("a[href^='#']");
    const field = link && document.querySelector(link.getAttribute("href"));
    if (!field) return;
    event.preventDefault();
    field.scrollIntoView({ block: "center" });
    field.focus({ preventScroll: true });
  });
}

// what a text costs, as it is written
const reply = document.querySelector("[data-measure]");
if (reply) {
  const cost = document.querySelector("[data-cost]");
  const form = reply.form;
  let waiting = 0;
  let asked = 0;

  const isText = () => {
    const chosen = form.querySelector("[name=conversation]:checked, [name=conversation][type=hidden]");
    return Boolean(chosen) && chosen.dataset.channel === "sms";
  };

  const measure = async () => {
    const mine = ++asked;
    if (!isText()) {
      cost.textContent = "";
      return;
    }
    const body = new URLSearchParams({ csrf: form.csrf.value, text: reply.value });
    try {
      const answer = await fetch(reply.dataset.measure, { method: "POST", body });
      if (!answer.ok) return;
      const found = await answer.json();
      if (mine === asked) cost.textContent = found.cost;
    } catch {
      // it is only a hint: the server counts again when the reply is sent
    }
  };

  form.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(measure, MEASURE_AFTER_MS);
  });
}

// new messages, and how the latest ones were delivered
const list = document.querySelector("[data-live]");
if (list) {
  const notice = document.querySelector("[data-live-notice]");
  let delay = POLL_MS;

  const number = (element) => Number(element.dataset.message);

  const latest = () => Math.max(0, ...[...list.querySelectorAll("[data-message]")].map(number));

  const put = (item) => {
    const shown = list.querySelector(`[data-message="${number(item)}"]`);
    if (shown) {
      if (!shown.isEqualNode(item)) shown.replaceWith(item);
      return 0;
    }
    const after = [...list.querySelectorAll("[data-message]")].find((one) => number(one) > number(item));
    list.insertBefore(item, after || null);
    return 1;
  };

  const say = (text) => {
    if (notice.textContent !== text) notice.textContent = text;
  };

  const poll = async () => {
    const watched = [...list.querySelectorAll("[data-watch]")].map(number).slice(-50);
    const query = new URLSearchParams({ after: String(latest()), watch: watched.join(",") });
    let answer;
    try {
      answer = await fetch(`${list.dataset.live}?${query}`);
    } catch {
      say("New messages cannot be fetched at the moment. Check your connection.");
      delay = Math.min(delay * 2, POLL_HIDDEN_MS);
      return true;
    }
    if (answer.status === 401) {
      say("You have been signed out. Copy your reply if you have begun one, then sign in again.");
      return false;
    }
    if (!answer.ok) {
      say("New messages cannot be fetched at the moment. Refresh the page to see them.");
      return answer.status >= 500;
    }
    delay = POLL_MS;
    const found = new DOMParser().parseFromString(await answer.text(), "text/html");
    const root = found.querySelector("[data-hand-over]");
    if (!root) return false;
    const before = latest();
    const added = [...found.querySelectorAll("[data-message]")]
      .map((item) => document.adoptNode(item))
      .reduce((count, item) => count + put(item), 0);
    if (root.dataset.handOver !== list.dataset.handOver) {
      say("Who is answering has changed. Refresh the page before you reply.");
    } else if (added > 0 && before > 0) {
      say(added === 1 ? "1 new message" : `${added} new messages`);
    }
    return true;
  };

  const again = async () => {
    const goOn = await poll();
    if (goOn) setTimeout(again, document.hidden ? POLL_HIDDEN_MS : delay);
  };
  setTimeout(again, POLL_MS);
}
