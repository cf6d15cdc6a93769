// Everything on these pages works without this file. It saves reloads, and shows where the reader is.
"use strict";

(() => {
  const feedback = document.getElementById("feedback_");

  // Feedback: send the form, take what the answered page says, stay where the reader is.
  feedback?.addEventListener("submit", async (event) => {
    const form = event.target;
    event.preventDefault();
    const fields = new URLSearchParams(new FormData(form, event.submitter));
    const said = feedback.querySelector(".said");
    for (const button of form.querySelectorAll("button")) button.disabled = true;
    try {
      const answer = await fetch(form.action, { method: "POST", body: fields });
      if (!answer.ok) throw new Error(`expected a page, got ${answer.status}`);
      const page = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("feedback_");
      if (!page) throw new Error("expected the article's page");
      said.textContent = page.querySelector(".said").textContent;
      feedback.querySelector(".steps").replaceChildren(...page.querySelector(".steps").childNodes);
      feedback.querySelector(".helped")?.remove();
      (feedback.querySelector("textarea") ?? feedback).focus();
    } catch {
      said.textContent = feedback.dataset.failed;
      for (const button of form.querySelectorAll("button")) button.disabled = false;
    }
  });

  // Contents: the heading that the reader has passed last.
  const links = new Map(
    [...document.querySelectorAll(".contents a")].map((link) => [decodeURIComponent(link.hash.slice(1)), link]),
  );
  const headings = [...links.keys()].map((id) => document.getElementById(id)).filter(Boolean);
  if (headings.length > 0) {
    const show = () => {
      const passed = headings.findLast((heading) => heading.getBoundingClientRect().top < 120) ?? headings[0];
      for (const [id, link] of links) {
        if (id === passed.id) link.setAttribute("aria-current", "true");
        else link.removeAttribute("aria-current");
      }
    };
    const seen = new IntersectionObserver(show, { rootMargin: "-110px 0px -60% 0px" });
    for (const heading of headings) seen.observe(heading);
    show();
  }

  // Chat: its button is there when the chat is.
  const chats = document.querySelectorAll("[data-chat]");
  const ready = () => {
    for (const button of chats) {
      button.hidden = false;
      button.addEventListener("click", () => window.Yingda.open());
    }
  };
  if (window.Yingda) ready();
  else document.addEventListener("yingda:ready", ready, { once: true });
})();
