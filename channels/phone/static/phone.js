/* The phone simulator: texts as one young person at a time, through the JSON of channels/phone/routes.py. */
(() => {
  "use strict";

  const POLL_EVERY = 1000; // milliseconds between looks at the thread
  const POLL_SOON = 250; // while an answer is on its way
  const AFTER_TROUBLE = 4000;
  const STORE = "onward.phone";

  const at = (id) => document.getElementById(id);
  const phone = at("phone");
  if (!phone) return;
  const longest = Number(phone.dataset.longest);
  const person = at("who-person");
  const numberInput = at("who-number");
  const problem = at("who-problem");
  const who = at("phone-who");
  const log = at("phone-log");
  const input = at("phone-text");
  const sendButton = at("phone-send");
  const count = at("phone-count");

  let number = null; // E.164, of whoever is texting
  let people = [];
  let poll = null;
  let turn = 0; // counts changes of number, so that a late answer for another is dropped
  const rows = new Map(); // message id -> {element, state}
  const unsent = new Map(); // client id -> {element, text}

  // GSM 03.38: what fits into seven bits, and what takes two of them
  const BASIC = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";
  const DOUBLE = "^{}\\[~]|€\f";

  function parts(text) {
    let units = 0;
    for (const character of text) {
      if (BASIC.includes(character)) units += 1;
      else if (DOUBLE.includes(character)) units += 2;
      else return text.length <= 70 ? 1 : Math.ceil(text.length / 67);
    }
    return units <= 160 ? 1 : Math.ceil(units / 153);
  }

  const inParts = (many) => `${many} ${many === 1 ? "part" : "parts"}`;

  async function ask(path, options) {
    const response = await fetch(`/phone/api/${path}`, options);
    const body = await response.json();
    if (!response.ok) throw Object.assign(new Error(body.error), { plain: body.error, status: response.status });
    return body;
  }

  function element(tag, className, text) {
    const made = document.createElement(tag);
    if (className) made.className = className;
    if (text) made.textContent = text;
    return made;
  }

  function bubble(direction, text) {
    const made = element("div", `text text--${direction}`);
    made.append(
      element("p", "unseen", direction === "in" ? "You" : phone.querySelector("h2").textContent),
      element("p", "text__body", text),
      element("p", "text__foot"),
    );
    return made;
  }

  function foot(made, tick, words) {
    const line = made.querySelector(".text__foot");
    const mark = element("span", "", tick);
    mark.setAttribute("aria-hidden", "true");
    line.replaceChildren(mark, ` ${words}`);
  }

  function place(made) {
    const nearEnd = log.scrollHeight - log.scrollTop - log.clientHeight < 90;
    log.append(made);
    if (nearEnd || made.classList.contains("text--in")) log.scrollTop = Math.min(log.scrollHeight, made.offsetTop - 8);
  }

  function words(message) {
    const time = new Date(message.at).toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
    const size = message.segments ? ` · ${inParts(message.segments)}` : "";
    if (message.direction === "in") {
      return message.status === "handled" ? ["✓✓", `Read ${time}${size}`] : ["✓", `Sent ${time}${size}`];
    }
    const done = message.status === "delivered" || message.status === "read";
    const from = message.from === "adviser" ? "From an adviser · " : "";
    return [done ? "✓✓" : "✓", `${from}${done ? "Delivered" : "On its way"} ${time}${size}`];
  }

  function show(message) {
    let row = rows.get(message.id);
    if (!row) {
      const text = message.text || (message.media ? "(a picture)" : "(an empty text)");
      row = { element: bubble(message.direction, text), state: "" };
      rows.set(message.id, row);
    }
    const state = `${message.status}${message.segments}`;
    if (row.state === state) return;
    row.state = state;
    foot(row.element, ...words(message));
    if (!row.element.isConnected) place(row.element);
  }

  async function look() {
    const asked = turn;
    clearTimeout(poll);
    let wait = POLL_EVERY;
    try {
      if (number && document.visibilityState === "visible") {
        const thread = await ask(`thread?number=${encodeURIComponent(number)}`);
        if (asked !== turn) return;
        thread.messages.forEach(show);
        if (thread.waiting) wait = POLL_SOON;
        if (who.dataset.trouble) named();
      }
    } catch {
      if (asked !== turn) return;
      wait = AFTER_TROUBLE;
      who.dataset.trouble = "yes";
      who.textContent = "No signal: trying again";
    }
    clearTimeout(poll);
    poll = setTimeout(look, wait);
  }

  function named() {
    delete who.dataset.trouble;
    const known = people.find((one) => one.number === number);
    who.textContent = known ? `Texting as ${known.name}` : `Texting as ${number}`;
  }

  function choose(chosen) {
    turn += 1;
    number = chosen || null;
    rows.clear();
    unsent.clear();
    log.replaceChildren();
    problem.textContent = "";
    input.disabled = sendButton.disabled = !number;
    try {
      if (number) sessionStorage.setItem(STORE, number);
      else sessionStorage.removeItem(STORE);
    } catch {
      // the choice is not remembered, and nothing else is lost
    }
    if (!number) {
      who.textContent = "Choose who is texting";
      return;
    }
    person.value = people.some((one) => one.number === number) ? number : "";
    named();
    look();
  }

  async function send(clientId, text, made) {
    const asked = turn;
    foot(made, "", "Sending");
    made.classList.remove("text--failed");
    try {
      const body = JSON.stringify({ from: number, text, id: clientId });
      const stored = await ask("send", { method: "POST", headers: { "Content-Type": "application/json" }, body });
      if (asked !== turn) return;
      unsent.delete(clientId);
      if (rows.has(stored.message_id)) made.remove();
      else rows.set(stored.message_id, { element: made, state: "" });
      look();
    } catch (error) {
      if (asked !== turn) return;
      made.classList.add("text--failed");
      foot(made, "", `Not sent. ${error.plain || "No signal."}`);
      const again = element("button", "", "Try again");
      again.type = "button";
      again.addEventListener("click", () => send(clientId, text, made));
      made.querySelector(".text__foot").append(again);
    }
  }

  function newId() {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  }

  function measure() {
    input.style.height = "auto";
    input.style.height = `${Math.min(input.scrollHeight + 4, 128)}px`;
    const over = [...input.value].length - longest;
    count.classList.toggle("phone__count--over", over > 0);
    const many = parts(input.value);
    count.textContent = over > 0 ? `${over} characters too long` : many > 1 ? inParts(many) : "";
    return over <= 0;
  }

  at("phone-form").addEventListener("submit", (event) => {
    event.preventDefault();
    const text = input.value;
    if (!number || !text.trim() || !measure()) {
      input.focus();
      return;
    }
    input.value = "";
    measure();
    const clientId = newId();
    const made = bubble("in", text);
    unsent.set(clientId, { element: made, text });
    place(made);
    send(clientId, text, made);
    input.focus();
  });
  input.addEventListener("input", measure);
  input.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    event.target.form.requestSubmit();
  });
  person.addEventListener("change", () => {
    numberInput.value = "";
    choose(person.value);
  });
  at("who-form").addEventListener("submit", async (event) => {
    event.preventDefault();
    problem.textContent = "";
    try {
      const thread = await ask(`thread?number=${encodeURIComponent(numberInput.value)}`);
      choose(thread.number);
      input.focus();
    } catch (error) {
      problem.textContent = error.plain || "No signal. Try again.";
      numberInput.focus();
    }
  });
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && look());

  (async () => {
    try {
      people = (await ask("people")).people;
    } catch {
      problem.textContent = "The list of young people could not be loaded. You can still type a number.";
    }
    for (const one of people) {
      const option = element("option", "", one.town ? `${one.name}, ${one.town}` : one.name);
      option.value = one.number;
      person.append(option);
    }
    let remembered = null;
    try {
      remembered = sessionStorage.getItem(STORE);
    } catch {
      // nothing was remembered
    }
    if (remembered) choose(remembered);
  })();
})();
