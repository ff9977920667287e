// The chat page: sends what is typed until it is acknowledged, shows what the server has rendered.
"use strict";

const log = document.getElementById("log");
const box = document.getElementById("text");
const form = document.getElementById("say");
const fileInput = document.getElementById("file");
const toastBox = document.getElementById("toast");
const offline = document.querySelector(".offline");
const longest = Number(document.body.dataset.longest);
const maxBytes = Number(document.body.dataset.max);
let version = Number(document.body.dataset.version);

// getRandomValues, because randomUUID is only there over HTTPS
const newId = () => Array.from(crypto.getRandomValues(new Uint8Array(12)), (n) => n.toString(16).padStart(2, "0")).join("");
const pause = (ms) => new Promise((done) => setTimeout(done, ms));

// ---- showing

// somebody who scrolls back to read is not torn away by new messages
let away = false;
for (const move of ["wheel", "touchmove", "keydown"]) {
  log.addEventListener(move, () => {
    away = log.scrollHeight - log.scrollTop - log.clientHeight > 240;
  }, { passive: true });
}

function toEnd() {
  log.scrollTop = log.scrollHeight;
}

function place(change) {
  const there = document.getElementById("m" + change.id);
  document.querySelector(".typing")?.remove();
  if (!change.html) {
    there?.remove();
    return;
  }
  const holder = document.createElement("template");
  holder.innerHTML = change.html;
  const fresh = holder.content.firstElementChild;
  if (there) {
    there.replaceWith(fresh);
    return;
  }
  if (fresh.classList.contains("me")) {
    document.querySelector(".pending")?.remove();
  }
  const later = [...log.querySelectorAll("[data-id]")].find((one) => Number(one.dataset.id) > change.id);
  log.insertBefore(fresh, later || log.querySelector(".pending"));
  if (!away) follow(fresh);
}

// What came after the last act is read from its beginning: it starts at the top when it is longer than the screen.
let anchor = null;
let actedAt = 0;

function acts() {
  away = false;
  anchor = null;
  actedAt = Date.now();
}

function follow(fresh) {
  const answer = Date.now() - actedAt < 5000;
  if (!anchor?.isConnected || !answer || fresh.classList.contains("me")) anchor = fresh;
  const top = anchor.getBoundingClientRect().top;
  if (log.lastElementChild.getBoundingClientRect().bottom - top > log.clientHeight - 16) {
    log.scrollTop += top - log.getBoundingClientRect().top - 8;
  } else {
    toEnd();
  }
}

function pending(text) {
  const article = document.createElement("article");
  article.className = "msg me pending";
  const bubble = document.createElement("div");
  bubble.className = "bubble";
  bubble.textContent = text;
  article.append(bubble);
  log.append(article);
  acts();
  toEnd();
  return article;
}

let toastTimer;
function toast(text, alert) {
  toastBox.textContent = text;
  toastBox.hidden = false;
  clearTimeout(toastTimer);
  toastTimer = setTimeout(() => { toastBox.hidden = true; }, alert ? 6000 : 2500);
}

// ---- sending: one after the other, each until it is acknowledged

let queue = Promise.resolve();

function send(path, options, waiting) {
  queue = queue.then(() => deliver(path, options, waiting));
  return queue;
}

async function deliver(path, options, waiting) {
  for (let wait = 500; ; wait = Math.min(wait * 2, 8000)) {
    let answer;
    try {
      answer = await fetch(path, { method: "POST", credentials: "same-origin", ...options });
    } catch {
      offline.hidden = false;
      await pause(wait);
      continue;
    }
    if (answer.ok) {
      offline.hidden = true;
      return true;
    }
    const { detail } = await answer.json().catch(() => ({ detail: "没有发出去，请稍后再试。" }));
    if (answer.status === 503 || answer.status === 429) {
      toast(detail, true);
      await pause(Math.max(wait, 2000));
      continue;
    }
    waiting?.remove();
    toast(detail, true);
    return false;
  }
}

const json = (body) => ({ headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });

function say(text) {
  send("/chat/said", json({ id: newId(), text }), pending(text)).then((taken) => {
    if (taken === false && !box.value) box.value = text;
  });
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const text = box.value.trim();
  if (!text) return;
  if (text.length > longest) {
    toast(`这段话有 ${text.length} 字，最多 ${longest} 字，请分几次发。`, true);
    return;
  }
  box.value = "";
  grow();
  say(text);
});

box.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    form.requestSubmit();
  }
});

function grow() {
  box.style.height = "auto";
  box.style.height = box.scrollHeight + "px";
}
box.addEventListener("input", grow);

log.addEventListener("click", (event) => {
  const key = event.target.closest("[data-press]");
  if (!key) return;
  acts();
  key.setAttribute("aria-busy", "true");
  setTimeout(() => key.removeAttribute("aria-busy"), 1200);
  send("/chat/pressed", json({ id: newId(), message: Number(key.dataset.message), data: key.dataset.press }));
});

document.querySelectorAll("[data-say]").forEach((key) => key.addEventListener("click", () => say(key.dataset.say)));

fileInput.addEventListener("change", () => {
  const file = fileInput.files[0];
  fileInput.value = "";
  if (!file) return;
  if (file.size > maxBytes) {
    toast("文件太大：每个文件最多 10 MB。", true);
    return;
  }
  const body = new FormData();
  body.append("id", newId());
  body.append("file", file);
  send("/chat/file", { body }, pending("📎 " + file.name));
});

// ---- listening

let source;
function listen() {
  source?.close();
  source = new EventSource("/chat/events?after=" + version);
  source.onopen = () => { offline.hidden = true; };
  source.onerror = () => {
    offline.hidden = false;
    // the browser itself gives up when a proxy answers for a server that is away
    if (source.readyState === EventSource.CLOSED) setTimeout(() => { if (!document.hidden) listen(); }, 3000);
  };
  source.onmessage = (event) => {
    version = Math.max(version, Number(event.lastEventId));
    place(JSON.parse(event.data));
  };
  source.addEventListener("toast", (event) => {
    const { text, alert } = JSON.parse(event.data);
    toast(text, alert);
  });
  source.addEventListener("typing", () => {
    if (document.querySelector(".typing")) return;
    const article = document.createElement("article");
    article.className = "msg bot typing";
    article.innerHTML = '<div class="bubble"></div>';
    log.append(article);
    setTimeout(() => article.remove(), 5000);
  });
}
document.addEventListener("visibilitychange", () => {
  if (!document.hidden && source?.readyState === EventSource.CLOSED) listen();
});

listen();
toEnd();
if (document.body.dataset.fresh === "yes") send("/chat/said", json({ id: "hello", text: "/start" }));
