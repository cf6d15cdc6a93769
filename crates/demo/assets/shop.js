// The shop page: category filter and the buttons that ask the chat. Everything else works without it.
"use strict";

const language = document.documentElement.dataset.language === "en" ? "En" : "Zh";

const filters = document.querySelector(".filters");
filters.hidden = false;
filters.addEventListener("click", (event) => {
  const chosen = event.target.closest("button");
  if (!chosen) return;
  for (const button of filters.querySelectorAll("button")) {
    button.setAttribute("aria-pressed", String(button === chosen));
  }
  for (const card of document.querySelectorAll(".card")) {
    card.hidden = chosen.dataset.show !== "" && card.dataset.category !== chosen.dataset.show;
  }
});

/** Acts on the widget, now or as soon as it has loaded. */
function withWidget(act) {
  if (window.Yingda) act(window.Yingda);
  else document.addEventListener("yingda:ready", () => act(window.Yingda), { once: true });
}

for (const button of document.querySelectorAll(".ask")) {
  button.addEventListener("click", () => {
    const draft = button.dataset[`ask${language}`];
    withWidget((widget) => widget.open({ draft }));
  });
}

// The widget remembers its language, so a visitor who changes the shop's changes the widget's too.
for (const link of document.querySelectorAll(".languages a")) {
  link.addEventListener("click", () => window.Yingda?.setLocale(link.hreflang));
}
