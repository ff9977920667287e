// Counts what is written in long fields, sends a form once, and selects a one-time link when it is touched.
"use strict";
for (const field of document.querySelectorAll("textarea[data-most]")) {
  const count = document.getElementById(`${field.id}-hint`).querySelector(".count");
  const show = () => {
    const length = [...field.value.trim()].length;
    const over = length > Number(field.dataset.most);
    count.textContent = length ? `，已写 ${length} 字${over ? "，太长了" : ""}` : "";
    count.classList.toggle("over", over);
  };
  field.addEventListener("input", show);
  show();
}
for (const form of document.querySelectorAll("form[method=post]")) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "yes";
    form.querySelector("button")?.setAttribute("aria-busy", "true");
  });
}
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});
for (const field of document.querySelectorAll("[data-select]")) field.addEventListener("focus", () => field.select());
