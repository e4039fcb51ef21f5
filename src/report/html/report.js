"use strict";
(() => {
const data = JSON.parse(document.getElementById("data").textContent);
const overview = data.overview;
const main = document.querySelector("main");
const detail = document.getElementById("detail");
const words = { error: "error", warning: "warning", note: "note" };

// --- small helpers ---------------------------------------------------------------------------
function make(tag, attributes, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes || {})) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value !== null && value !== undefined && value !== false) element.setAttribute(name, value);
  }
  for (const child of children.flat(Infinity)) {
    if (child !== null && child !== undefined && child !== "") element.append(child);
  }
  return element;
}
const plural = (n, word) => `${n} ${word}${n === 1 ? "" : "s"}`;
const place = p => p ? `${p.file}:${p.line}:${p.column}` : "";
function quote(text) {
  return /^[A-Za-z0-9_.\/:@%+=,-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
function replay(w) {
  let line = "lapis eval " + data.paths.map(quote).join(" ");
  for (const [name, value] of Object.entries(w)) {
    if (name === "attributes") continue;
    line += ` --${name} ${quote(String(value))}`;
  }
  for (const [name, value] of Object.entries(w.attributes || {})) line += ` --attr ${quote(`${name}=${value}`)}`;
  return line;
}
function witnessOf(w) {
  const list = make("dl", { class: "witness" });
  const add = (name, value) => list.append(make("dt", {}, name), make("dd", {}, String(value)));
  for (const [name, value] of Object.entries(w)) if (name !== "attributes") add(name, value);
  for (const [name, value] of Object.entries(w.attributes || {})) add(name, JSON.stringify(value));
  const command = make("code", {}, replay(w));
  const copy = make("button", { type: "button", onclick: () => {
    if (navigator.clipboard) navigator.clipboard.writeText(command.textContent);
    copy.textContent = "Copied";
  } }, "Copy");
  return [list, make("h3", {}, "Replay it"), make("pre", { tabindex: 0 }, command), copy];
}
function sourceOf(span) {
  if (!span) return [];
  return [make("p", { class: "rule" }, `${span.file}:${span.line}`), make("pre", { tabindex: 0 }, span.text)];
}
function show(title, ...content) {
  detail.replaceChildren(make("h2", { id: "detail-title" }, title), ...content.flat(Infinity));
  detail.scrollTop = 0;
}
const hue = i => (i * 137.508 + 205) % 360;
const tint = i => `background:hsl(${hue(i).toFixed(0)} var(--tint-s) var(--tint-l))`;
function section(id, title, lead) {
  const element = make("section", { id, "aria-labelledby": `${id}-title` },
    make("h2", { id: `${id}-title` }, title), lead ? make("p", { class: "lead" }, lead) : null);
  main.append(element);
  return element;
}
/// Appends `items` by portions, with a button for the next one.
function portions(parent, items, render, size, what) {
  let shown = 0;
  const more = make("button", { type: "button", onclick: () => next() });
  function next() {
    for (const item of items.slice(shown, shown + size)) parent.append(render(item));
    shown = Math.min(shown + size, items.length);
    more.remove();
    if (shown < items.length) {
      more.textContent = `Show ${Math.min(size, items.length - shown)} more of ${items.length} ${what}`;
      const table = parent.closest(".scroll") || parent;
      table.after(more);
    }
  }
  next();
}

// --- findings --------------------------------------------------------------------------------
function findings() {
  const part = section("findings", "Findings", data.findings.length === 0 ? "None." : "");
  if (data.findings.length === 0) return;
  const search = make("input", { type: "search", placeholder: "Rule, program or words", "aria-label": "Filter findings" });
  const boxes = Object.keys(words).filter(s => data.findings.some(f => f.severity === s)).map(severity => {
    const box = make("input", { type: "checkbox", checked: "", value: severity });
    return make("label", {}, box, ` ${severity} (${data.findings.filter(f => f.severity === severity).length})`);
  });
  const list = make("div", {});
  const count = make("span", { role: "status", class: "rule" });
  part.append(make("div", { class: "bar" }, search, boxes, count), list);
  const update = () => {
    const kinds = new Set(boxes.map(b => b.firstChild).filter(b => b.checked).map(b => b.value));
    const needle = search.value.toLowerCase();
    const chosen = data.findings.filter(f => kinds.has(f.severity) &&
      `${f.rule} ${f.program || ""} ${f.message} ${f.place ? f.place.file : ""}`.toLowerCase().includes(needle));
    list.replaceChildren();
    for (const button of part.querySelectorAll(":scope > button")) button.remove();
    count.textContent = chosen.length === data.findings.length ? "" : `${chosen.length} shown`;
    portions(list, chosen, finding, 25, "findings");
  };
  search.addEventListener("input", update);
  for (const box of boxes) box.addEventListener("change", update);
  update();
}
function finding(f) {
  const related = f.related.filter(r => r.place || r.message).map(r =>
    make("p", { class: "where" }, `${r.place ? place(r.place) + ": " : ""}${r.message || r.name}`));
  return make("article", { class: `finding ${f.severity}` },
    make("h3", {}, make("span", { class: `severity ${f.severity}` }, f.severity), ` ${f.message} `,
      make("span", { class: "rule" }, f.rule)),
    f.place ? make("p", { class: "where" }, place(f.place)) : null,
    f.excerpt ? make("pre", {}, f.excerpt) : null, related,
    f.help ? make("p", {}, f.help) : null,
    f.witness ? make("details", {}, make("summary", {}, "A query that shows it"), witnessOf(f.witness)) : null);
}

// --- programs --------------------------------------------------------------------------------
const partners = [];
let relations = new Map();  // "earlier,later" -> {kind, witness, finding}
function relate() {
  if (!overview) return;
  for (let i = 0; i < overview.programs.length; ++i) partners.push({ conflict: 0, shadow: 0, overlap: 0 });
  const index = new Map(overview.programs.map((p, i) => [p.name, i]));
  for (const [earlier, later, shadowed, witness] of overview.pairs) {
    relations.set(`${earlier},${later}`, { earlier, later, kind: shadowed ? "shadow" : "overlap", witness });
  }
  for (const f of data.findings.concat(data.silenced)) {
    if (f.rule !== "conflict") continue;
    for (const r of f.related) {
      const pair = [index.get(f.program), index.get(r.name)].sort((a, b) => a - b);
      if (pair.includes(undefined)) continue;
      relations.set(pair.join(), { earlier: pair[0], later: pair[1], kind: "conflict", witness: f.witness });
    }
  }
  for (const r of relations.values()) {
    ++partners[r.earlier][r.kind];
    ++partners[r.later][r.kind];
  }
}
const kinds = {
  conflict: { text: "conflict", symbol: "✕", say: "both are exclusive and match a common query" },
  shadow: { text: "shadowed", symbol: "▲", say: "the earlier one matches all that the later one matches" },
  overlap: { text: "overlap", symbol: "●", say: "both match a common query; the earlier one answers it" },
};
function showPair(r) {
  const a = overview.programs[r.earlier], b = overview.programs[r.later];
  show(`${a.name} and ${b.name}`,
    make("p", {}, make("strong", {}, kinds[r.kind].text), `: ${kinds[r.kind].say}.`),
    make("h3", {}, "A query that both match"), witnessOf(r.witness),
    make("h3", {}, `${r.earlier + 1}. ${a.name}`), sourceOf(a.span),
    make("h3", {}, `${r.later + 1}. ${b.name}`), sourceOf(b.span));
}
function showProgram(i) {
  const p = overview.programs[i];
  const near = [...relations.values()].filter(r => r.earlier === i || r.later === i);
  show(`${i + 1}. ${p.name}`, p.doc ? make("p", {}, p.doc) : null,
    make("p", {}, p.exclusive ? "Exclusive. " : "Not exclusive. ",
      p.reachable ? "" : make("strong", { class: "severity error" }, "Answers no query.")),
    sourceOf(p.span),
    p.witness ? [make("h3", {}, "A query that it answers"), witnessOf(p.witness)] : null,
    near.length ? make("h3", {}, `Shares queries with ${plural(near.length, "program")}`) : null,
    make("ul", {}, near.slice(0, 40).map(r => {
      const other = r.earlier === i ? r.later : r.earlier;
      return make("li", {}, make("button", { type: "button", class: "plain", onclick: () => showPair(r) },
        `${kinds[r.kind].symbol} ${overview.programs[other].name}`), ` ${kinds[r.kind].text}`);
    })), near.length > 40 ? make("p", {}, `… and ${near.length - 40} more`) : null);
}
function programs() {
  if (!overview) return;
  const part = section("programs", "Programs in order", "They are tried from top to bottom; the first whose match holds answers.");
  const body = make("tbody");
  const table = make("table", { class: "list" }, make("thead", {}, make("tr", {},
    ["#", "Program", "Place", "", "Shares queries with"].map(t => make("th", { scope: "col" }, t)))), body);
  part.append(make("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": "Programs in order", style: "max-height:32rem" }, table));
  portions(body, overview.programs.map((p, i) => i), i => {
    const p = overview.programs[i], n = partners[i];
    const shares = Object.keys(kinds).filter(k => n[k]).map(k => `${kinds[k].symbol} ${n[k]} ${kinds[k].text}`).join("   ");
    return make("tr", {}, make("td", { class: "number" }, String(i + 1)),
      make("td", {}, make("span", { class: "swatch", style: tint(i), "aria-hidden": "true" }),
        make("button", { type: "button", class: "plain", onclick: () => showProgram(i) }, p.name)),
      make("td", { class: "rule" }, p.span ? `${p.span.file}:${p.span.line}` : ""),
      make("td", {}, p.reachable ? (p.exclusive ? "" : "not exclusive") : make("span", { class: "severity error" }, "answers no query")),
      make("td", {}, shares || "none"));
  }, 200, "programs");
}

// --- matrix ----------------------------------------------------------------------------------
function colours() {
  const style = getComputedStyle(document.documentElement);
  const of = name => style.getPropertyValue(name).trim();
  return { conflict: of("--error"), shadow: of("--warning"), overlap: of("--note"), line: of("--line"),
    ink: of("--ink"), soft: of("--soft"), paper: of("--paper"), back: of("--back"), accent: of("--accent") };
}
function symbol(pen, kind, x, y, size, colour) {
  const c = size / 2, r = size * 0.3;
  pen.strokeStyle = pen.fillStyle = colour;
  pen.lineWidth = Math.max(1.5, size / 9);
  pen.beginPath();
  if (kind === "conflict") {
    pen.moveTo(x + c - r, y + c - r); pen.lineTo(x + c + r, y + c + r);
    pen.moveTo(x + c + r, y + c - r); pen.lineTo(x + c - r, y + c + r);
    pen.stroke();
  } else if (kind === "shadow") {
    pen.moveTo(x + c, y + c - r); pen.lineTo(x + c + r, y + c + r); pen.lineTo(x + c - r, y + c + r);
    pen.closePath(); pen.fill();
  } else {
    pen.arc(x + c, y + c, r, 0, 2 * Math.PI); pen.fill();
  }
}
function matrix() {
  if (!overview || overview.programs.length < 2) return;
  const n = overview.programs.length;
  const part = section("matrix", "Who shares queries with whom",
    "A row is the earlier program, a column the later one. Pick a cell to see a query that both match, and both sources.");
  part.append(make("ul", { class: "legend" }, Object.entries(kinds).map(([kind, k]) => {
    const canvas = make("canvas", { width: 32, height: 32, style: "width:1rem;height:1rem;vertical-align:-.15rem;margin-right:.35rem", "aria-hidden": "true", "data-kind": kind });
    const count = [...relations.values()].filter(r => r.kind === kind).length;
    return make("li", {}, canvas, `${k.text} (${count}): ${k.say}`);
  })));
  if (overview.pairs_left_out) part.append(make("p", {}, `${plural(overview.pairs_left_out, "pair")} not looked at or not decided.`));
  const box = make("div", { class: "matrix" });
  const canvas = make("canvas", { tabindex: 0, role: "application", "aria-roledescription": "matrix",
    "aria-label": `Matrix of ${n} programs. Arrow keys move, Enter shows, N and P go to the next and previous pair; the pairs are also listed below.` });
  const cursorText = make("p", { class: "cursor", role: "status", "aria-live": "polite" }, "Move over the matrix, or focus it and use the arrow keys; N goes to the next pair.");
  box.append(canvas);
  part.append(box, cursorText);
  const ordered = [...relations.values()].sort((a, b) => a.earlier - b.earlier || a.later - b.later);
  const rank = { conflict: 0, shadow: 1, overlap: 2 };
  const drawn = [...ordered].sort((a, b) => rank[b.kind] - rank[a.kind]);
  const labels = n <= 60;
  const longest = Math.min(24, Math.max(...overview.programs.map(p => p.name.length)));
  const margin = labels ? longest * 7 + 44 : 46;
  const cell = () => labels ? Math.max(18, Math.min(34, Math.floor((box.clientWidth - margin - 4) / n)))
                            : Math.max(2, Math.floor((box.clientWidth - margin - 4) / n));
  let size = 0, cursor = null;
  const short = name => name.length > longest ? name.slice(0, longest - 1) + "…" : name;
  function draw() {
    size = cell();
    const ratio = Math.min(devicePixelRatio || 1, n > 300 ? 1.5 : 2), extent = margin + n * size + 6;
    canvas.width = extent * ratio; canvas.height = extent * ratio;
    canvas.style.width = canvas.style.height = `${extent}px`;
    const pen = canvas.getContext("2d"), c = colours();
    pen.scale(ratio, ratio);
    pen.fillStyle = c.paper; pen.fillRect(0, 0, extent, extent);
    // Below the diagonal no pair is shown: the earlier program is the row.
    pen.fillStyle = c.back; pen.beginPath();
    pen.moveTo(margin, margin); pen.lineTo(margin + n * size, margin + n * size); pen.lineTo(margin, margin + n * size); pen.fill();
    const step = labels ? 1 : n > 200 ? 50 : 10;
    pen.strokeStyle = c.line; pen.lineWidth = 1; pen.beginPath();
    for (let i = 0; i <= n; i += step) {
      const at = margin + i * size + .5;
      pen.moveTo(margin, at); pen.lineTo(margin + n * size, at);
      pen.moveTo(at, margin); pen.lineTo(at, margin + n * size);
    }
    pen.stroke();
    for (const r of drawn) {
      const x = margin + r.later * size, y = margin + r.earlier * size;
      if (size >= 10) symbol(pen, r.kind, x, y, size, c[r.kind]);
      else {
        // Among thousands of tiny cells the few that matter most stand out.
        const extra = r.kind === "conflict" ? 1.5 : r.kind === "shadow" ? .5 : 0;
        pen.fillStyle = c[r.kind];
        pen.fillRect(x - extra, y - extra, size + 2 * extra, size + 2 * extra);
      }
    }
    pen.font = '12px ui-monospace, Menlo, Consolas, "DejaVu Sans Mono", monospace';
    pen.textBaseline = "middle";
    for (let i = 0; i < n; i += step) {
      const marked = cursor && (cursor.row === i || cursor.column === i);
      pen.fillStyle = marked ? c.accent : labels ? c.ink : c.soft;
      const text = labels ? `${short(overview.programs[i].name)} ${i + 1}` : String(i + 1);
      const at = margin + i * size + (labels ? size / 2 : 0);
      pen.textAlign = "right"; pen.fillText(text, margin - 6, at);
      pen.save(); pen.translate(at, margin - 6); pen.rotate(-Math.PI / 2);
      pen.textAlign = "left"; pen.fillText(labels ? `${i + 1} ${short(overview.programs[i].name)}` : text, 0, 0);
      pen.restore();
    }
    if (cursor) {
      pen.strokeStyle = c.accent; pen.lineWidth = 1.5;
      pen.strokeRect(margin + cursor.column * size - 1, margin + cursor.row * size - 1, size + 2, size + 2);
      if (size < 10) {
        pen.globalAlpha = .35; pen.fillStyle = c.accent;
        pen.fillRect(margin, margin + cursor.row * size, n * size, size);
        pen.fillRect(margin + cursor.column * size, margin, size, n * size);
        pen.globalAlpha = 1;
      }
    }
    for (const icon of part.querySelectorAll("canvas[data-kind]")) {
      const small = icon.getContext("2d");
      small.clearRect(0, 0, 32, 32);
      symbol(small, icon.dataset.kind, 0, 0, 32, c[icon.dataset.kind]);
    }
  }
  const at = () => cursor && relations.get([Math.min(cursor.row, cursor.column), Math.max(cursor.row, cursor.column)].join());
  function say() {
    const a = overview.programs[cursor.row].name, b = overview.programs[cursor.column].name, r = at();
    cursorText.textContent = cursor.row === cursor.column ? `${a}` :
      `${a} and ${b}: ${r ? kinds[r.kind].text : "no common query"}`;
  }
  function move(row, column, scroll) {
    cursor = { row: Math.max(0, Math.min(n - 1, row)), column: Math.max(0, Math.min(n - 1, column)) };
    say(); draw();
    if (!scroll) return;
    const x = margin + cursor.column * size, y = margin + cursor.row * size;
    if (x < box.scrollLeft + margin || x > box.scrollLeft + box.clientWidth - size) box.scrollLeft = x - box.clientWidth / 2;
    if (y < box.scrollTop + margin || y > box.scrollTop + box.clientHeight - size) box.scrollTop = y - box.clientHeight / 2;
  }
  function cellAt(event) {
    const area = canvas.getBoundingClientRect();
    const column = Math.floor((event.clientX - area.left - margin) / size);
    const row = Math.floor((event.clientY - area.top - margin) / size);
    return row >= 0 && column >= 0 && row < n && column < n ? { row, column } : null;
  }
  /// With tiny cells a click takes the nearest pair.
  function nearest(spot) {
    const reach = size >= 10 ? 0 : Math.ceil(6 / size);
    let best = null, least = Infinity;
    for (const r of ordered) {
      const distance = Math.max(Math.abs(r.earlier - spot.row), Math.abs(r.later - spot.column));
      if (distance <= reach && distance < least) { best = r; least = distance; }
    }
    return best;
  }
  canvas.addEventListener("mousemove", event => {
    const spot = cellAt(event);
    if (spot && (!cursor || spot.row !== cursor.row || spot.column !== cursor.column)) move(spot.row, spot.column, false);
  });
  canvas.addEventListener("click", event => {
    const spot = cellAt(event);
    if (!spot) return;
    const r = nearest(spot) || nearest({ row: spot.column, column: spot.row });
    move(r ? r.earlier : spot.row, r ? r.later : spot.column, false);
    if (r) showPair(r); else showProgram(spot.row);
  });
  canvas.addEventListener("keydown", event => {
    const from = cursor || { row: 0, column: 0 };
    const steps = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1],
      PageUp: [-10, 0], PageDown: [10, 0], Home: [0, -n], End: [0, n] };
    if (steps[event.key]) move(from.row + steps[event.key][0], from.column + steps[event.key][1], true);
    else if (event.key === "n" || event.key === "p") {
      const place = r => r.earlier * n + r.later, here = cursor ? from.row * n + from.column : -1;
      const next = event.key === "n" ? ordered.find(r => place(r) > here)
                                     : ordered.findLast(r => place(r) < here);
      if (!next) return;
      move(next.earlier, next.later, true);
    } else if (event.key === "Enter" || event.key === " ") {
      const r = at();
      if (r) showPair(r); else showProgram(from.row);
    } else return;
    event.preventDefault();
  });
  addEventListener("resize", draw);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
  draw();
  const list = [...ordered].sort((a, b) => rank[a.kind] - rank[b.kind]);
  if (list.length === 0) { part.append(make("p", {}, "No two programs match a common query.")); return; }
  const body = make("tbody");
  part.append(make("details", {}, make("summary", {}, `The ${plural(list.length, "pair")} as a list`),
    make("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": "Pairs", style: "max-height:24rem" },
      make("table", { class: "list" }, make("thead", {}, make("tr", {},
        ["", "Earlier", "Later"].map(t => make("th", { scope: "col" }, t)))), body))));
  portions(body, list, r => make("tr", {}, make("td", {}, `${kinds[r.kind].symbol} ${kinds[r.kind].text}`),
    make("td", {}, make("button", { type: "button", class: "plain", onclick: () => showPair(r) }, overview.programs[r.earlier].name)),
    make("td", {}, overview.programs[r.later].name)), 200, "pairs");
}

// --- query space -----------------------------------------------------------------------------
function picture() {
  if (!overview || overview.rows.length === 0) return;
  const field = overview.column_field;
  const part = section("space", "Which program answers where",
    `Rows are the names the set can tell apart${field ? `, columns the values of ${field}` : ""}. Each answer shown was replayed; ` +
    "where several programs are named, the rest of the query decides.");
  part.append(make("ul", { class: "legend" },
    make("li", {}, make("span", { class: "swatch own" }), "no program: the zone's own records answer"),
    make("li", {}, make("span", { class: "swatch", style: tint(0) }), "a colour for each program")));
  if (overview.rows_left_out) part.append(make("p", {}, `${plural(overview.rows_left_out, "more row")} not shown.`));
  const body = make("tbody");
  let pressed = null;
  const name = a => a.program < 0 ? "zone's own records" : overview.programs[a.program].name;
  const cell = (row, column) => {
    const answers = overview.cells[row * overview.columns.length + column];
    if (answers.length === 0) return make("td", {}, make("span", { class: "void" }, "no query"));
    const first = answers.find(a => a.program >= 0) || answers[0];
    const text = answers.map(name).join(", ");
    const button = make("button", { type: "button", title: text, "aria-pressed": "false",
      "aria-label": `${overview.rows[row]}, ${overview.columns[column]}: ${text}`,
      class: first.program < 0 ? "own" : null, style: first.program < 0 ? null : tint(first.program),
      onclick: () => {
        if (pressed) pressed.setAttribute("aria-pressed", "false");
        pressed = button;
        button.setAttribute("aria-pressed", "true");
        show(`${overview.rows[row]} · ${overview.columns[column]}`, answers.map(a => [
          make("h3", {}, make("span", { class: a.program < 0 ? "swatch own" : "swatch", style: a.program < 0 ? null : tint(a.program) }),
            a.program < 0 ? "No program answers this query" : `${a.program + 1}. ${name(a)} answers`),
          witnessOf(a.witness), a.program < 0 ? null : sourceOf(overview.programs[a.program].span)]));
      } }, text);
    return make("td", {}, button);
  };
  part.append(make("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": "Query space" },
    make("table", { class: "picture" }, make("thead", {}, make("tr", {}, make("th", { scope: "col" }, field ? `name \\ ${field}` : "name"),
      overview.columns.map(c => make("th", { scope: "col" }, c)))), body)));
  portions(body, overview.rows.map((r, i) => i), i => make("tr", {}, make("th", { scope: "row" }, overview.rows[i]),
    overview.columns.map((c, k) => cell(i, k))), 200, "names");
}

// --- sources ---------------------------------------------------------------------------------
function sources() {
  if (data.sources.length === 0) return;
  const part = section("sources", "Sources", "");
  data.sources.forEach((source, index) => {
    const here = data.findings.filter(f => f.place && f.place.source === index);
    const box = make("details", {}, make("summary", {}, `${source.path}${here.length ? ` (${plural(here.length, "finding")})` : ""}`));
    const fill = () => {
      if (box.childElementCount > 1) return;
      const by = new Map();
      for (const f of here) by.set(f.place.line, (by.get(f.place.line) || []).concat(f));
      const code = make("pre", { class: "source", tabindex: 0, "aria-label": source.path });
      source.text.replace(/\n$/, "").split("\n").forEach((line, i) => {
        const found = by.get(i + 1) || [];
        const worst = ["error", "warning", "note"].find(s => found.some(f => f.severity === s));
        code.append(make("span", { class: worst ? `row ${worst}` : "row" }, line || " "));
        for (const f of found) code.append(make("span", { class: `said ${f.severity}` }, `${f.severity}: ${f.message} [${f.rule}]`));
      });
      box.append(code);
    };
    box.addEventListener("toggle", fill);
    if (here.length && data.sources.length <= 20) {
      box.open = true;
      fill();  // the event comes later
    }
    part.append(box);
  });
}

relate(); findings(); programs(); matrix(); picture(); sources();
const counts = { findings: data.findings.length, programs: overview ? overview.programs.length : null, sources: data.sources.length };
for (const part of main.querySelectorAll("section")) {
  const count = counts[part.id];
  document.querySelector("nav").append(make("a", { href: `#${part.id}` }, part.querySelector("h2").textContent,
    count ? make("span", { class: "count" }, String(count)) : null));
}
if (!overview) { detail.remove(); document.querySelector(".page").classList.add("alone"); }
})();
