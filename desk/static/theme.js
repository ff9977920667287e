// Follows the device between light and dark before the page is drawn; paper is always light.
"use strict";
const dark = window.matchMedia("(prefers-color-scheme: dark)");
const paper = window.matchMedia("print");
const follow = () => document.documentElement.setAttribute("data-bs-theme", dark.matches && !paper.matches ? "dark" : "light");
for (const query of [dark, paper]) query.addEventListener("change", follow);
follow();
