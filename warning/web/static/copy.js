// Copies a field of a sheet. Works from a file as well, and where the browser refuses, it marks the text for Ctrl+C.
"use strict";
const told = document.getElementById("told");

function mark(text) {
  const range = document.createRange();
  range.selectNodeContents(text);
  const selection = window.getSelection();
  selection.removeAllRanges();
  selection.addRange(range);
}

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text.textContent);
    return true;
  } catch {  // not there without TLS, or not allowed
    mark(text);
    return document.execCommand("copy");
  }
}

for (const button of document.querySelectorAll("button[data-copies]")) {
  const label = button.textContent;
  button.hidden = false;
  button.addEventListener("click", async () => {
    const copied = await copy(document.getElementById(button.dataset.copies));
    button.textContent = copied ? told.dataset.copied : told.dataset.marked;
    told.textContent = `${button.dataset.label}: ${button.textContent}`;
    setTimeout(() => { button.textContent = label; }, 4000);
  });
}
for (const button of document.querySelectorAll("button[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
