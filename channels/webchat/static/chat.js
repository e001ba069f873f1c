/* The chat box. It speaks the protocol of docs/protocols.md, section 4, and needs nothing but this file.
 *
 * What is written is kept until the server has it: in this tab, or on this device where the young person asked for
 * that. Everything shown is text; nothing that arrives is ever read as HTML. */
(() => {
  "use strict";

  const STORE = "onward.chat";
  const FIRST_WAIT = 500; // milliseconds before the first try to connect again; each later wait doubles
  const LONGEST_WAIT = 30000;
  const PING_EVERY = 25000;
  const PONG_WITHIN = 10000;
  const LATE_AFTER = 12000; // a message without an answer for this long says so
  const SLOW_DOWN_WAIT = 3000;
  const TYPING_LASTS = 25000;
  const POLICY = 1008;

  const at = (id) => document.getElementById(id);
  const box = at("chat");
  if (!box) return;
  const log = at("chat-log");
  const stateLine = at("chat-state");
  const typing = at("chat-typing");
  const choices = at("chat-choices");
  const stoppedLine = at("chat-stopped");
  const form = at("chat-form");
  const input = at("chat-text");
  const left = at("chat-left");
  const keep = at("chat-keep");
  const hello = at("chat-hello");
  const longest = Number(box.dataset.longest);
  const starters = [...choices.children];

  let session = null;
  let queue = []; // written and not yet taken: {id, text}
  let last = 0; // highest message id shown
  let socket = null;
  let ready = false; // welcomed
  let tries = 0;
  let timers = {};
  const own = new Map(); // client id -> element
  const shown = new Set(); // ids of messages shown
  let latestOwn = null;

  // storage: a browser may refuse it, and the chat works without

  function storage(kind, work) {
    try {
      return work(window[kind]);
    } catch {
      return null;
    }
  }

  function save() {
    const text = JSON.stringify({ session, queue });
    storage("sessionStorage", (s) => s.setItem(STORE, text));
    storage("localStorage", (s) => (keep.checked ? s.setItem(STORE, text) : s.removeItem(STORE)));
  }

  function load() {
    const kept = storage("localStorage", (s) => s.getItem(STORE));
    const here = storage("sessionStorage", (s) => s.getItem(STORE));
    keep.checked = Boolean(kept);
    try {
      const found = JSON.parse(here || kept || "{}");
      session = typeof found.session === "string" ? found.session : null;
      queue = Array.isArray(found.queue) ? found.queue.filter((one) => one && one.id && one.text) : [];
    } catch {
      // what cannot be read is forgotten
    }
  }

  function forget() {
    for (const kind of ["sessionStorage", "localStorage"]) storage(kind, (s) => s.removeItem(STORE));
  }

  // showing

  function element(tag, className, text) {
    const made = document.createElement(tag);
    if (className) made.className = className;
    if (text) made.textContent = text;
    return made;
  }

  const LINKS = /(https?:\/\/[^\s<>"]+[^\s<>".,;:!?)])|(?<!\d)(999|116 ?\d{3}|0800 1111|0\d(?: ?\d){8,9})(?!\d)/g;

  function linked(text) {
    const made = element("div", "said__text");
    let from = 0;
    for (const found of text.matchAll(LINKS)) {
      made.append(text.slice(from, found.index));
      const link = element("a", "", found[0]);
      link.href = found[1] ? new URL(found[1]).href : `tel:${found[2].replaceAll(" ", "")}`;
      if (found[1]) {
        link.target = "_blank";
        link.rel = "noopener noreferrer";
      }
      made.append(link);
      from = found.index + found[0].length;
    }
    made.append(text.slice(from));
    return made;
  }

  function append(made, quickReplies) {
    const nearEnd = log.scrollHeight - log.scrollTop - log.clientHeight < 80;
    log.append(made);
    offer(quickReplies);
    if (!nearEnd && !made.classList.contains("said--out")) return; // they are reading further up
    // the end, but never past the beginning of what is new
    log.scrollTop = Math.min(log.scrollHeight, made.offsetTop - 8);
  }

  function showTheirs(message) {
    if (shown.has(message.id)) return;
    shown.add(message.id);
    last = Math.max(last, message.id);
    const adviser = message.from === "adviser";
    const made = element("div", `said said--in${adviser ? " said--adviser" : ""}`);
    const who = adviser ? `${message.name || "An adviser"}, adviser` : message.from === "service" ? "Notice" : "Assistant";
    made.append(element("p", "said__who", who), linked(message.text));
    append(made, message.quick_replies || []);
  }

  function showOwn(id, text) {
    let made = own.get(id);
    if (made) return made;
    made = element("div", "said said--out");
    made.append(element("p", "unseen", "You"), element("div", "said__text", text));
    own.set(id, made);
    if (latestOwn && latestOwn.classList.contains("said--sent")) setState(latestOwn, "said--sent", "");
    latestOwn = made;
    append(made, []);
    return made;
  }

  function setState(made, className, words, again) {
    made.classList.remove("said--waiting", "said--sent", "said--failed");
    made.classList.add(className);
    made.querySelector(".said__state")?.remove();
    if (!words) return;
    const line = element("p", "said__state", words);
    if (again) {
      const button = element("button", "", "Try again");
      button.type = "button";
      button.addEventListener("click", again);
      line.append(button);
    }
    made.append(line);
    if (made === log.lastElementChild) log.scrollTop = log.scrollHeight;
  }

  function waiting(id) {
    const made = own.get(id);
    if (!made) return;
    setState(made, "said--waiting", "Sending");
    clearTimeout(timers[id]);
    timers[id] = setTimeout(() => {
      if (queue.some((one) => one.id === id)) {
        setState(made, "said--waiting", "Not sent yet. It goes when the connection is back.");
      }
    }, LATE_AFTER);
  }

  function sent(id, messageId, when) {
    clearTimeout(timers[id]);
    delete timers[id];
    queue = queue.filter((one) => one.id !== id);
    save();
    if (messageId) last = Math.max(last, messageId);
    const made = own.get(id);
    if (!made) return;
    const time = (when ? new Date(when) : new Date()).toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
    setState(made, "said--sent", made === latestOwn ? `Sent ${time}` : "");
  }

  function failed(id, words) {
    clearTimeout(timers[id]);
    const item = queue.find((one) => one.id === id);
    const made = own.get(id);
    if (!item || !made) return;
    item.failed = true;
    save();
    setState(made, "said--failed", `Not sent. ${words}`, () => {
      item.failed = false;
      waiting(id);
      flush([item]);
    });
  }

  function offer(quickReplies) {
    const focused = choices.contains(document.activeElement) ? document.activeElement : null;
    const byKeyboard = focused?.matches(":focus-visible");
    choices.replaceChildren(
      ...quickReplies.map((reply) => {
        const button = element("button", "", reply.title);
        button.type = "button";
        button.dataset.text = reply.text;
        return button;
      }),
    );
    choices.setAttribute("aria-label", quickReplies.length ? "Answers you can pick" : "Things you can say");
    // the pressed button is gone; on a phone, focus in the box would bring up the keyboard over the answer
    if (focused) (byKeyboard ? input : log).focus({ preventScroll: true });
  }

  function isTyping(on) {
    clearTimeout(timers.typing);
    typing.hidden = true;
    if (!on) return;
    timers.typing = setTimeout(() => {
      typing.hidden = false;
      log.scrollTop = log.scrollHeight;
      timers.typing = setTimeout(() => (typing.hidden = true), TYPING_LASTS);
    }, 350);
  }

  function setStopped(stopped) {
    stoppedLine.hidden = !stopped;
    if (stopped) isTyping(false);
  }

  function state(words) {
    if (stateLine.textContent !== words) stateLine.textContent = words;
  }

  // the connection

  function send(frame) {
    if (!socket || socket.readyState !== WebSocket.OPEN) return false;
    socket.send(JSON.stringify(frame));
    return true;
  }

  function flush(items) {
    if (!ready) {
      connect();
      return;
    }
    for (const { id, text, failed: gaveUp } of items) if (!gaveUp) send({ type: "message", id, text });
  }

  function seen() {
    if (ready && last && document.visibilityState === "visible") send({ type: "seen", last });
  }

  function connect() {
    if (socket) return;
    clearTimeout(timers.connect);
    timers.slow = setTimeout(() => state("Connecting"), 1500);
    const address = new URL("/channels/webchat/ws", location.href);
    address.protocol = address.protocol.replace("http", "ws");
    const mine = new WebSocket(address);
    socket = mine;
    mine.addEventListener("open", () => send({ type: "hello", session, last }));
    mine.addEventListener("message", (event) => {
      if (socket !== mine) return;
      clearTimeout(timers.pong);
      receive(JSON.parse(event.data));
    });
    mine.addEventListener("close", (event) => socket === mine && lost(event.code));
  }

  function lost(code) {
    socket = null;
    ready = false;
    for (const name of ["slow", "ping", "pong"]) clearTimeout(timers[name]);
    isTyping(false);
    const wait = code === POLICY ? LONGEST_WAIT : Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** tries);
    tries += 1;
    if (tries > 1) state("No connection. What you write is kept, and sent when it is back.");
    clearTimeout(timers.connect);
    // spread out, so that after a restart a thousand pages do not come back in the same second
    timers.connect = setTimeout(connect, wait * (0.5 + Math.random()));
  }

  function hangUp() {
    const old = socket;
    socket = null;
    ready = false;
    Object.values(timers).forEach(clearTimeout);
    timers = {};
    old?.close();
  }

  function beat() {
    clearTimeout(timers.ping);
    timers.ping = setTimeout(() => {
      if (!send({ type: "ping" })) return;
      timers.pong = setTimeout(() => {
        const old = socket;
        lost(0);
        old?.close();
      }, PONG_WITHIN);
      beat();
    }, PING_EVERY);
  }

  function receive(frame) {
    if (frame.type === "welcome") welcomed(frame);
    else if (frame.type === "message") {
      isTyping(false);
      showTheirs(frame);
      seen();
    } else if (frame.type === "ack") {
      sent(frame.id, frame.message_id);
      if (stoppedLine.hidden) isTyping(true);
    } else if (frame.type === "stopped") setStopped(frame.stopped);
    else if (frame.type === "error" && frame.id) {
      if (frame.reason === "slow_down") {
        timers.flush = setTimeout(() => flush(queue), SLOW_DOWN_WAIT);
        const made = own.get(frame.id);
        if (made) setState(made, "said--waiting", "Waiting a moment before sending this");
      } else failed(frame.id, frame.message);
    }
  }

  function welcomed(frame) {
    ready = true;
    tries = 0;
    clearTimeout(timers.slow);
    state("");
    session = frame.session;
    save();
    // a thread that comes back with the page is not read out message by message
    log.setAttribute("aria-live", last ? "polite" : "off");
    for (const message of frame.messages) {
      if (message.from !== "young_person") showTheirs(message);
      else {
        showOwn(message.client_id, message.text);
        sent(message.client_id, message.id, message.at);
      }
    }
    for (const { id, text } of queue) {
      showOwn(id, text);
      waiting(id);
    }
    requestAnimationFrame(() => log.setAttribute("aria-live", "polite"));
    setStopped(frame.stopped);
    flush(queue);
    seen();
    beat();
  }

  // writing

  function newId() {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  }

  function say(text) {
    const item = { id: newId(), text };
    queue.push(item);
    save();
    showOwn(item.id, text);
    waiting(item.id);
    flush([item]);
  }

  function measure() {
    input.style.height = "auto";
    input.style.height = `${Math.min(input.scrollHeight + 4, 144)}px`;
    const over = [...input.value].length - longest;
    left.classList.toggle("chat__left--over", over > 0);
    left.textContent = over > 0 ? `${over} characters too long` : over > -200 ? `${-over} characters left` : "";
    return over <= 0;
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (!input.value.trim() || !measure()) {
      input.focus();
      return;
    }
    say(input.value);
    input.value = "";
    measure();
    input.focus();
  });
  input.addEventListener("input", measure);
  input.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    form.requestSubmit();
  });
  // no socket is opened for somebody who only reads the page
  input.addEventListener("focus", connect);
  choices.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    connect();
    say(button.dataset.text);
  });
  keep.addEventListener("change", save);

  at("chat-clear").addEventListener("click", () => {
    hangUp();
    forget();
    session = null;
    queue = [];
    last = 0;
    tries = 0;
    latestOwn = null;
    own.clear();
    shown.clear();
    keep.checked = false;
    isTyping(false);
    setStopped(false);
    log.replaceChildren(hello);
    choices.replaceChildren(...starters);
    state("Cleared from this device.");
  });

  at("exit").addEventListener("click", (event) => {
    event.preventDefault();
    hangUp();
    forget();
    document.body.hidden = true;
    location.replace(event.currentTarget.href);
  });

  addEventListener("online", () => {
    clearTimeout(timers.connect);
    if (session || queue.length) connect();
  });
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState !== "visible") return;
    if (!socket && (session || queue.length)) connect();
    seen();
  });

  load();
  for (const { id, text } of queue) {
    showOwn(id, text);
    waiting(id);
  }
  if (session || queue.length) connect();
})();
