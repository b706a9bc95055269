"use strict";
(() => {
  const all = (selector) => [...document.querySelectorAll(selector)];
  const sheets = all("details.finding");
  const folds = all("details.finding, details.chain");
  const table = document.querySelector("table.ranked");
  all(".tools").forEach((tools) => { tools.hidden = false; });

  const reveal = () => {
    const target = /^#(finding|chain)-\d+$/.test(location.hash) && document.getElementById(location.hash.slice(1));
    if (!target) return;
    const sheet = target.closest("details");
    sheet.open = true;
    sheet.scrollIntoView();
    sheet.querySelector("summary").focus({ preventScroll: true });
  };
  addEventListener("hashchange", reveal);
  reveal();

  let closed = [];
  addEventListener("beforeprint", () => {
    closed = folds.filter((sheet) => !sheet.open);
    closed.forEach((sheet) => { sheet.open = true; });
  });
  addEventListener("afterprint", () => closed.forEach((sheet) => { sheet.open = false; }));

  if (!table) return;
  document.getElementById("open-all").addEventListener("click", () => sheets.forEach((sheet) => { sheet.open = true; }));
  document.getElementById("close-all").addEventListener("click", () => sheets.forEach((sheet) => { sheet.open = false; }));

  const rows = [...table.tBodies[0].rows];
  const sheetOf = new Map(sheets.map((sheet) => [sheet.dataset.finding, sheet]));
  const words = rows.map((row) => (row.textContent + " " + sheetOf.get(row.dataset.finding).textContent).toLowerCase());
  const filter = document.getElementById("filter");
  const actions = all('.tools input[name="action"]');
  const shown = document.getElementById("shown");
  const sift = () => {
    const wanted = filter.value.trim().toLowerCase();
    const ticked = new Set(actions.filter((box) => box.checked).map((box) => box.value));
    let count = 0;
    rows.forEach((row, index) => {
      const stays = ticked.has(row.dataset.action) && words[index].includes(wanted);
      row.hidden = sheetOf.get(row.dataset.finding).hidden = !stays;
      count += stays;
    });
    shown.textContent = shown.dataset.template.replace("{shown}", count).replace("{all}", rows.length);
  };
  document.querySelector("form.tools").addEventListener("submit", (event) => event.preventDefault());
  filter.addEventListener("input", sift);
  actions.forEach((box) => box.addEventListener("change", sift));

  const value = (row, column) => {
    const cell = row.cells[column];
    const text = cell.dataset.sort ?? cell.textContent.trim();
    return text !== "" && !Number.isNaN(Number(text)) ? Number(text) : text;
  };
  const compare = (a, b) => (typeof a === "number" && typeof b === "number" ? a - b : String(a).localeCompare(String(b)));
  [...table.tHead.rows[0].cells].forEach((head, column) => {
    // Not a <button>: browsers leave those out where a table's head is repeated on paper.
    const button = document.createElement("span");
    button.setAttribute("role", "button");
    button.tabIndex = 0;
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" && event.key !== " ") return;
      event.preventDefault();
      button.click();
    });
    button.addEventListener("click", () => {
      const down = head.getAttribute("aria-sort") === "ascending";
      [...table.tHead.rows[0].cells].forEach((other) => other.removeAttribute("aria-sort"));
      head.setAttribute("aria-sort", down ? "descending" : "ascending");
      rows.slice()
        .sort((a, b) => (down ? -1 : 1) * compare(value(a, column), value(b, column)))
        .forEach((row) => table.tBodies[0].append(row));
    });
  });
})();
