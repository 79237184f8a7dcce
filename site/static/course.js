// What a page without a kernel does by itself: predictions, flashcards, progress. Kept in this
// browser alone, under one name; without scripts or storage the stored text stays as it is.
(() => {
  "use strict";
  const NAME = "rope-lessons", DAYS = [1, 2, 4, 8, 16], DAY = 864e5;
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const made = (tag, attributes = {}, ...inside) => {
    const it = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) it.setAttribute(name, value);
    it.append(...inside);
    return it;
  };
  const button = (said, press) => {
    const it = made("button", {type: "button"}, said);
    it.addEventListener("click", press);
    return it;
  };

  const storage = () => { try { return window.localStorage; } catch { return null; } };
  const kept = () => {
    let whole;
    try { whole = JSON.parse(storage().getItem(NAME)); } catch { /* none, or damaged */ }
    const groups = Object.entries(whole ?? {}).filter(([, value]) => value && typeof value === "object");
    return Object.fromEntries(groups);
  };
  const keep = (group, key, value) => {
    const whole = kept();
    (whole[group] ??= {})[key] = value;
    try { storage().setItem(NAME, JSON.stringify(whole)); return true; } catch { return false; }
  };
  const lesson = () => location.pathname.match(/\/notebooks\/(\d\d)_[^/]*$/)?.[1];

  // Predictions: the questions and their sentences stand in the page, as the notebook stored them.
  const asked = box => ({
    question: box.querySelector("p").textContent,
    options: all("li", box).map(item => item.textContent),
  });
  const answers = box => all("li", box).map(item => ({
    right: item.textContent.trim().startsWith("✓"),
    option: item.querySelector("b").textContent,
    says: item.lastChild.textContent.replace(/^:\s*/, ""),
  }));

  const predictions = () => {
    for (const box of all(".prediction.ask")) {
      const {lesson: number} = box.dataset, {question, options} = asked(box);
      const note = made("p", {role: "status"}), row = made("div", {class: "choices", role: "group", "aria-label": question});
      const show = first => {
        const answer = kept().predicted?.[number]?.answer;
        all("button", row).forEach(it => it.setAttribute("aria-pressed", it.textContent === answer));
        note.textContent = !options.includes(answer) ? "Press the one you expect."
          : first ? "Kept from last time."
          : `Recorded: “${answer}”. The end of the lesson comes back to it.`;
      };
      row.append(...options.map(option => button(option, () => {
        const right = answers(recalled(number)).find(it => it.right)?.option;
        const saved = keep("predicted", number, {answer: option, right: option === right, question});
        show();
        if (!saved) note.textContent = "This browser keeps nothing for this page, so it is not recorded.";
        outcome(number);
      })));
      box.querySelector("ul").replaceWith(row, note);
      show(true);
    }
    all(".prediction.recall").forEach(box => {
      box.stored = answers(box);
      box.measured = box.querySelector("p").textContent;
      outcome(box.dataset.lesson);
    });
  };
  const recalled = number => document.querySelector(`.prediction.recall[data-lesson="${number}"]`);
  const outcome = number => {
    const box = recalled(number), answer = kept().predicted?.[number]?.answer;
    if (!box) return;
    const chosen = box.stored.find(it => it.option === answer), right = box.stored.find(it => it.right);
    const lines = !chosen
      ? ["You have not predicted yet. Go back up and press an answer first: a guess that turns out wrong is "
        + "remembered longer than a sentence that was read."]
      : chosen === right
        ? [`You predicted “${answer}”, and that is what came.`, box.measured, right.says]
        : [`You predicted “${answer}”, and it came out as “${right.option}”.`, box.measured, chosen.says, right.says];
    box.replaceChildren(...lines.map(line => made("p", {}, line)));
    box.setAttribute("role", "status");
  };

  // Flashcards: those that the page holds to unfold, one at a time.
  const turner = () => {
    const place = document.querySelector(".turner");
    if (!place) return;
    const cards = all("details", document.querySelector("article")).filter(it => !it.matches(".run-it, .fold"));
    const front = card => card.querySelector("summary").textContent;
    const due = card => { const at = kept().cards?.[front(card)]?.due; return !(at > Date.now()); };
    const status = made("p", {role: "status"}), face = made("div", {"aria-live": "polite"}), row = made("div", {class: "choices"});
    let pile = cards.filter(due), turned = false;
    place.append(status, face, row);
    const missed = new Set();
    const show = () => {
      const [card] = pile;
      status.textContent = card ? `${pile.length} to go` : "Nothing is due today.";
      face.replaceChildren();
      row.replaceChildren();
      if (!card) {
        row.append(button("All cards", () => { pile = [...cards]; show(); }));
        return;
      }
      face.append(made("p", {class: "front"}, front(card)));
      if (!turned) {
        row.append(button("Turn", () => { turned = true; show(); row.querySelector("button").focus(); }));
        return;
      }
      const back = made("div", {class: "back"});
      back.append(...[...card.childNodes].filter(it => it.nodeName !== "SUMMARY").map(it => it.cloneNode(true)));
      face.append(back);
      row.append(button("Knew it", () => answer(card, true)), button("Did not know it", () => answer(card, false)));
    };
    const answer = (card, knew) => {
      const name = front(card);
      const box = !knew || missed.has(name) ? 1 : Math.min((kept().cards?.[name]?.box ?? 0) + 1, DAYS.length);
      keep("cards", name, {box, due: Date.now() + DAYS[box - 1] * DAY});
      pile.shift();
      if (!knew) { missed.add(name); pile.push(card); }
      turned = false;
      show();
      row.querySelector("button").focus();
    };
    show();
  };

  // Progress.
  const watch = () => {
    const number = lesson(), article = document.querySelector("article");
    if (!number || !(number <= 14)) return;
    new IntersectionObserver((entries, observer) => {
      if (!entries.some(it => it.isIntersecting)) return;
      keep("read", number, true);
      observer.disconnect();
    }).observe(article.appendChild(made("span", {class: "end", "aria-hidden": "true"}, "\u00a0")));
    const figures = all("[data-rope-live]");
    if (!figures.length) return;
    const look = new MutationObserver(() => {
      if (figures.every(it => it.querySelector(".rope .done")?.textContent)) {
        keep("done", number, true);
        look.disconnect();
      }
    });
    figures.forEach(it => look.observe(it, {subtree: true, childList: true, characterData: true}));
  };
  const map = () => {
    const place = document.querySelector(".where-you-are");
    if (!place) return;
    const links = all("table a").filter(it => /\/(0[1-9]|1[0-4])_[^/]*$/.test(it.getAttribute("href")));
    const words = {predicted: "predicted", read: "read", done: "done on the page"};
    const show = () => {
      all(".marks").forEach(it => it.remove());
      const whole = kept(), counts = {};
      let next;
      for (const link of links) {
        const number = link.getAttribute("href").match(/(\d\d)_[^/]*$/)[1];
        const has = Object.keys(words).filter(group => whole[group]?.[number]);
        for (const group of has) counts[group] = (counts[group] ?? 0) + 1;
        if (has.length) link.after(made("span", {class: "marks"}, ` ✓ ${has.map(it => words[it]).join(", ")}`));
        if (!has.includes("read")) next ??= link;
      }
      const said = Object.entries(words).map(([group, word]) => `${word} ${counts[group] ?? 0}`).join(" · ");
      const line = made("p", {role: "status"}, `Of ${links.length} lessons: ${said}.`);
      if (next) {
        const on = next.cloneNode(true);
        line.append(" Next: ", on);
      }
      const forget = button("Forget all of it", () => {
        if (!confirm("Forget your predictions, cards and marks in this browser?")) return;
        try { storage().removeItem(NAME); } catch { /* nothing was kept */ }
        show();
      });
      forget.className = "quiet-button";
      place.replaceChildren(line, made("p", {}, "Kept in this browser alone. ", forget));
    };
    show();
  };
  const lookBack = () => {
    for (const place of all(".look-back")) {
      const rows = Object.entries(kept().predicted ?? {}).sort();
      place.replaceChildren(...(rows.length ? rows.map(([number, {question, answer, right}]) =>
        made("p", {}, `${right ? "✓" : "✗"} ${number}: ${question} `, made("b", {}, answer)))
        : [made("p", {}, "You have not predicted on these pages yet.")]));
    }
  };

  // Pictures and live figures go by one attribute; the theme keeps three values of its own.
  const theme = () => {
    const {theme: chosen} = document.body.dataset;
    const dark = chosen === "dark" || (chosen !== "light" && matchMedia("(prefers-color-scheme: dark)").matches);
    document.documentElement.dataset.theme = dark ? "dark" : "light";
  };
  const label = () => document.querySelector(".sidebar-drawer")?.setAttribute("aria-label", "All pages");
  const fromDisk = () => {
    if (location.protocol !== "file:") return;
    for (const it of all(".in-browser")) it.replaceWith("A browser runs it only where these pages come from a server, not from disk.");
  };
  const openTarget = () => {
    const target = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    for (let it = target; it; it = it.parentElement) if (it.matches("details")) it.open = true;
    if (target) target.scrollIntoView();
  };
  const scrollers = () => {
    for (const it of all("article pre, article .sheet, article .table-wrapper, article div.formula")) {
      if (it.scrollWidth > it.clientWidth + 1) it.setAttribute("tabindex", "0");
      else it.removeAttribute("tabindex");
    }
  };

  document.addEventListener("DOMContentLoaded", () => {
    for (const start of [theme, label, fromDisk, predictions, turner, watch, map, lookBack, scrollers, openTarget]) start();
    new MutationObserver(theme).observe(document.body, {attributeFilter: ["data-theme"]});
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", theme);
    window.addEventListener("hashchange", openTarget);
    window.addEventListener("resize", scrollers);
  });
})();
