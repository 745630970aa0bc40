"use strict";
// The page shows everything without this script, which adds: moving between the cells of the matrix, the panel of the
// cases behind a cell, the filter, the copy buttons and the keys. Texts of the results enter the page as text only.
(() => {
  const results = JSON.parse(document.getElementById("results").textContent);
  const clauses = new Map(results.clauses.map((clause) => [clause.id, clause]));
  const cases = new Map((results.cases ?? []).map((one, index) => [one.name, { ...one, id: `case-${index + 1}` }]));
  const panel = document.getElementById("panel");
  const keys = document.getElementById("keys");
  const filter = document.getElementById("filter");
  const grid = document.querySelector(".matrix table");
  const rows = grid ? [...grid.tBodies[0].rows] : [];
  const columns = grid ? [...grid.querySelectorAll("th.start")].map((header) => header.dataset.key) : [];
  const cards = [...document.querySelectorAll("details.card")];
  document.documentElement.classList.add("live");

  function element(tag, properties, ...children) {
    const made = Object.assign(document.createElement(tag), properties);
    made.append(...children.filter((child) => child !== ""));
    return made;
  }

  // Opens whatever hides an element, and goes there.
  function reveal(target) {
    if (target === null) return;
    for (let at = target; at !== null; at = at.parentElement) {
      if (at instanceof HTMLDetailsElement) at.open = true;
    }
    target.scrollIntoView();
    (target.querySelector("summary") ?? target).focus({ preventScroll: true });
  }

  function revealAddressed() {
    if (location.hash) reveal(document.getElementById(decodeURIComponent(location.hash.slice(1))));
  }

  function link(id, text) {
    const made = element("a", { href: `#${id}`, textContent: text });
    made.addEventListener("click", () => {
      panel.close();
      reveal(document.getElementById(id));
    });
    return made;
  }

  function swatch(verdict) {
    const shown = document.querySelector(`.legend .swatch.${verdict}`);
    return element("span", { className: `swatch ${verdict}`, textContent: shown ? shown.textContent : "", ariaHidden: "true" });
  }

  function fact(name, value) {
    return value ? element("div", {}, element("dt", {}, name), element("dd", {}, element("code", {}, value))) : "";
  }

  // The card that shows what a case came to in a column, if there is one.
  function cardOf(name, key) {
    const index = results.divergences.findIndex((divergence) => {
      const own = `${divergence.implementation} ${divergence.start_method}`;
      return divergence.case === name && (own === key || (divergence.also ?? []).includes(key));
    });
    return index < 0 ? "" : element("p", {}, link(`divergence-${index + 1}`, "Its divergence, with timelines"));
  }

  function caseIn(name, key) {
    const one = cases.get(name);
    const outcome = one?.verdicts[key];
    if (!outcome) return element("li", {}, swatch("none"), " ", element("b", {}, name), " was not run here.");
    return element("li", {},
      swatch(outcome.verdict), " ", element("b", {}, outcome.verdict), " ", link(one.id, name),
      element("p", {}, one.title),
      element("dl", {}, fact("expected", outcome.expected), fact("observed", outcome.observed),
        fact("expectation", outcome.expectation)),
      outcome.reason ? element("p", { className: "why" }, outcome.reason) : "",
      cardOf(name, key));
  }

  function verdictOf(cell) {
    return cell.classList.contains("none") ? "no case" : cell.classList[0];
  }

  // The cases behind a cell, those first that do not pass; the legend has the verdicts in that order.
  function casesBehind(clause, key) {
    const ranks = [...document.querySelectorAll(".legend .entry")].map((entry) => entry.textContent.trim().slice(2));
    const rank = (name) => ranks.indexOf(cases.get(name)?.verdicts[key]?.verdict ?? "no case");
    return [...clause.cases].sort((one, other) => rank(one) - rank(other));
  }

  function openPanel(cell) {
    const clause = clauses.get(cell.parentElement.dataset.clause);
    const key = columns[cell.cellIndex - 1];
    const close = element("button", { type: "button", textContent: "Close", ariaKeyShortcuts: "Escape" });
    close.addEventListener("click", () => panel.close());
    const verdict = verdictOf(cell);
    const source = element("blockquote", {}, clause.quote ?? "", " ");
    if (clause.anchor) {
      const href = `https://docs.python.org/3/${clause.anchor}`;
      source.append(element("a", { href, rel: "noreferrer", textContent: "docs.python.org" }));
    }
    panel.replaceChildren(
      close,
      element("h2", { id: "panel-title" }, swatch(cell.classList[0]), ` ${clause.id}`),
      element("p", {}, element("b", {}, key), `: ${verdict}`),
      element("p", {}, `${clause.level}. ${clause.text}`),
      clause.quote ? source : "",
      clause.source ? element("p", { className: "why" }, clause.source) : "",
      element("ul", {}, ...casesBehind(clause, key).map((name) => caseIn(name, key))));
    panel.showModal();
  }

  function shownRows() {
    return rows.filter((row) => row.offsetParent !== null);
  }

  // Keeps one cell in the tab order: the one last visited, or the first that is shown.
  function enter(cell, focus) {
    grid.querySelector("td[tabindex='0']")?.setAttribute("tabindex", "-1");
    cell?.setAttribute("tabindex", "0");
    if (focus) cell?.focus();
  }

  function move(cell, key) {
    const shown = shownRows();
    const row = shown.indexOf(cell.parentElement);
    const steps = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };
    const to = key === "Home" ? 1 : key === "End" ? columns.length : cell.cellIndex + steps[key][1];
    const next = shown[row + (steps[key]?.[0] ?? 0)]?.cells[to];
    if (next instanceof HTMLTableCellElement && next.tagName === "TD") enter(next, true);
  }

  function select() {
    const wanted = filter.value.trim().toLowerCase();
    for (const row of rows) row.hidden = !row.dataset.clause.toLowerCase().includes(wanted);
    const shown = shownRows();
    document.getElementById("filtered").textContent = `${shown.length} of ${rows.length} shown`;
    enter(shown[0]?.cells[1], false);
  }

  function walk(by) {
    const now = cards.findIndex((card) => card.contains(document.activeElement));
    const next = now < 0 ? (by > 0 ? 0 : cards.length - 1) : Math.min(Math.max(now + by, 0), cards.length - 1);
    if (cards.length) reveal(cards[next]);
  }

  async function copy(button, text) {
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      // A page opened as a file may lack the clipboard: the older way needs a selection.
      getSelection().selectAllChildren(button.nextElementSibling);
      document.execCommand("copy");
    }
    button.textContent = "Copied";
  }

  for (const text of document.querySelectorAll("pre.copy")) {
    const button = element("button", { type: "button", className: "copier", textContent: "Copy" });
    button.addEventListener("click", () => copy(button, text.textContent));
    text.before(button);
  }
  if (grid) {
    for (const row of rows) {
      columns.forEach((key, index) => {
        const cell = row.cells[index + 1];
        cell.tabIndex = -1;
        cell.ariaLabel = `${row.dataset.clause}, ${key}: ${verdictOf(cell)}`;
      });
    }
    grid.addEventListener("click", (event) => {
      const cell = event.target.closest("td");
      if (cell) enter(cell, true), openPanel(cell);
    });
    filter.addEventListener("input", select);
    document.getElementById("disagreeing")?.addEventListener("change", select);
    select();
  }
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || panel.open || keys.open) return;
    const cell = event.target.closest?.(".matrix td");
    if (event.target === filter) {
      if (event.key === "Escape") filter.value = "", select(), filter.blur();
      return;
    }
    if (cell && event.key === "Enter") openPanel(cell);
    else if (cell && /^(Arrow|Home$|End$)/.test(event.key)) move(cell, event.key);
    else if (event.key === "/" && filter) filter.focus();
    else if (event.key === "j" || event.key === "k") walk(event.key === "j" ? 1 : -1);
    else if (event.key === "?") keys.showModal();
    else return;
    event.preventDefault();
  });
  addEventListener("hashchange", revealAddressed);
  revealAddressed();
})();
