// What pages do better with a script; without it they do the same by themselves. Nothing is kept in the browser.
"use strict";

// The menu is folded where there is no room for it.
for (const fold of document.querySelectorAll("details.rail-fold")) {
  if (window.matchMedia("(max-width: 64rem)").matches) fold.open = false;
}

// A search field that tells who answers to what was typed.
for (const form of document.querySelectorAll("form[data-people]")) {
  for (const input of form.querySelectorAll("input[list]")) {
    const list = document.getElementById(input.getAttribute("list"));
    let asked = "";
    input.addEventListener("input", async () => {
      const words = input.value.trim();
      if (words.length < 1 || words === asked) return;
      asked = words;
      const answer = await fetch(`${form.dataset.people}?q=${encodeURIComponent(words)}`, { headers: { accept: "application/json" } });
      if (!answer.ok || asked !== words) return;
      list.replaceChildren(...(await answer.json()).map((one) => new Option(one.name, one.id)));
    });
  }
}

// A calendar beside a field for a day; the field itself takes a day by era too.
for (const input of document.querySelectorAll("input[data-day]")) {
  const picker = document.createElement("input");
  picker.type = "date";
  picker.className = "picker";
  picker.tabIndex = -1;
  picker.setAttribute("aria-hidden", "true");
  picker.addEventListener("change", () => { input.value = picker.value; });
  const box = document.createElement("span");
  box.className = "with-picker";
  input.replaceWith(box);
  box.append(input, picker);
}

// All boxes of a list at once.
for (const all of document.querySelectorAll("input[data-all]")) {
  all.hidden = false;
  all.addEventListener("change", () => {
    for (const box of document.querySelectorAll(`input[name="${all.dataset.all}"]`)) box.checked = all.checked;
  });
}

// A form that is long is kept as it is typed, with the service and nowhere else.
for (const form of document.querySelectorAll("form[data-draft]")) {
  let waiting = 0;
  const told = form.querySelector("[data-kept]");
  form.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(async () => {
      const answer = await fetch(form.dataset.draft, { method: "POST", body: new URLSearchParams(new FormData(form)) });
      if (told && answer.ok) told.hidden = false;
    }, 1500);
  });
}

// Printing is a button where there is a script, and the browser's own command where there is none.
for (const button of document.querySelectorAll("button[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
