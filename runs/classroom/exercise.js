"use strict";
// A text in the language of the page, with its slots filled.
function say(text) {
  const parts = Array.from(arguments).slice(1);
  return (words[text] || text).replace(/\{(\d)\}/g, function (slot, place) { return parts[place]; });
}
// What somebody writes is kept in this browser under their name; before there is a name, until the tab is closed.
const code = document.documentElement.dataset.exercise, shelf = "linestop exercise " + code + " ";
const person = document.getElementById("who"), title = document.querySelector("h1").textContent;
const questions = Array.from(document.querySelectorAll(".question")), texts = Array.from(document.querySelectorAll("textarea"));
const figures = Array.from(document.querySelectorAll("details.waits"));
let who = "", state = blank();

function blank() { return { written: {}, opened: [] }; }
function drawer() { return who ? localStorage : sessionStorage; }
function load() { try { return JSON.parse(drawer().getItem(shelf + who)) || blank(); } catch (closed) { return blank(); } }
function store() { try { drawer().setItem(shelf + who, JSON.stringify(state)); } catch (closed) { return; } }
function remember(name) { try { sessionStorage.setItem(shelf + "now", name); } catch (closed) { return; } }
function lastHere() { try { return sessionStorage.getItem(shelf + "now") || ""; } catch (closed) { return ""; } }

function keyOf(field) { return field.dataset.name || field.id; }
function valueOf(field) {
  if (field.tagName === "TEXTAREA") { return field.value.trim(); }
  const own = field.querySelector("input:checked, input[type=number]");
  return own ? own.value : "";
}
function fill(field, value) {
  if (field.tagName === "TEXTAREA") { field.value = value; return; }
  field.querySelectorAll("input").forEach(function (own) {
    if (own.type === "radio") { own.checked = own.value === value; } else { own.value = value; }
  });
}
function fieldsIn(box) { return questions.concat(texts).filter(function (field) { return box.contains(field); }); }
function boxOf(figure) { return document.getElementById(figure.dataset.box); }
function isWritten(box) { return fieldsIn(box).some(function (field) { return valueOf(field) !== ""; }); }

// Whether a prediction holds: null where nothing was predicted.
function holds(question) {
  const value = valueOf(question), right = question.dataset.right;
  if (value === "") { return null; }
  if (question.dataset.kind === "choice") { return value === right; }
  return Math.abs(Number(value) - Number(right)) <= Number(question.dataset.tolerance) + 1e-9;
}
function verdict(question) {
  const held = holds(question);
  if (held === null) { return say("Nothing was predicted."); }
  if (question.dataset.kind === "number") { return held ? say("Within the tolerance of {0}.", question.dataset.room) : say("Not within the tolerance of {0}.", question.dataset.room); }
  return held ? say("Right.") : say("Not so, but: {0}.", question.dataset.right);
}

// After its figure is opened a box is compared with what was computed, and can no longer be changed.
function show(box, opened) {
  fieldsIn(box).forEach(function (field) {
    if (field.tagName === "TEXTAREA") { field.readOnly = opened; return; }
    const told = field.querySelector(".computed"), held = holds(field);
    told.querySelector(".verdict").textContent = verdict(field);
    told.classList.toggle("hit", held === true);
    told.classList.toggle("miss", held === false);
    told.hidden = !opened;
    field.disabled = opened;
  });
}
function showAll() {
  questions.concat(texts).forEach(function (field) { fill(field, state.written[keyOf(field)] || ""); });
  figures.forEach(function (figure) { figure.open = false; show(boxOf(figure), state.opened.includes(figure.dataset.box)); });
  count();
}
function count() {
  const written = questions.filter(function (question) { return valueOf(question) !== ""; }).length;
  const points = Math.floor(2 * written / questions.length);
  const told = say("Predictions written before the figures were opened: {0} of {1} ({2} of 2 points).", written, questions.length, points);
  document.getElementById("written").textContent = told;
  return told;
}

questions.concat(texts).forEach(function (field) {
  field.addEventListener("input", function () {
    state.written[keyOf(field)] = valueOf(field);
    store();
    count();
    const first = field.closest(".predict").querySelector(".first");
    if (first) { first.remove(); }
  });
});
// A figure stays closed until something is written in the box before it.
figures.forEach(function (figure) {
  figure.querySelector("summary").addEventListener("click", function (event) {
    const box = boxOf(figure);
    if (figure.open || isWritten(box)) { return; }
    event.preventDefault();
    if (!box.querySelector(".first")) {
      const alarm = document.createElement("p");
      alarm.className = "first";
      alarm.setAttribute("role", "alert");
      alarm.textContent = say("Write what you expect first; then the figure opens.");
      box.append(alarm);
    }
    box.querySelector("input, textarea").focus();
  });
  figure.addEventListener("toggle", function () {
    const box = figure.dataset.box;
    if (!figure.open || state.opened.includes(box)) { return; }
    state.opened.push(box);
    store();
    show(boxOf(figure), true);
  });
});
document.querySelectorAll("button.covered").forEach(function (cover) {
  cover.addEventListener("click", function () {
    cover.textContent = cover.dataset.number;
    cover.classList.add("open");
  });
});

// A name brings back what was written under it; what was written before there was a name goes with the first one.
person.addEventListener("change", function () {
  const earlier = who, written = state;
  who = person.value.trim();
  remember(who);
  state = load();
  if (!earlier && !Object.keys(state.written).length) {
    state = written;
    store();
  }
  try { sessionStorage.removeItem(shelf); } catch (closed) { /* nothing was kept */ }
  showAll();
});
function leave() {
  who = person.value = "";
  remember("");
  state = load();
  document.querySelectorAll("button.covered").forEach(function (cover) { cover.textContent = say("show"); cover.classList.remove("open"); });
  showAll();
  scrollTo(0, 0);
}
document.getElementById("next").addEventListener("click", function () {
  if (!who) { alert(say("Write your name first, so that your answers are kept.")); person.focus(); return; }
  leave();
});
document.getElementById("clear").addEventListener("click", function () {
  if (!confirm(who ? say("Clear all answers of {0} on this page?", who) : say("Clear all answers on this page?"))) { return; }
  try { drawer().removeItem(shelf + who); } catch (closed) { /* nothing was kept */ }
  leave();
});

// Everything that was written, a row a field: step, question, answer, whether it holds, what was computed.
function rows() {
  return Array.from(document.querySelectorAll(".predict")).flatMap(function (box) {
    const opened = state.opened.includes(box.id), step = stepOf(box), asked = box.querySelector("p").textContent;
    return fieldsIn(box).map(function (field) {
      if (field.tagName === "TEXTAREA") { return [step, field.id, box.querySelector(".question") ? say("Why?") : asked, field.value, "", ""]; }
      const question = field.querySelector("legend").textContent, computed = field.querySelector(".result").textContent;
      return [step, keyOf(field), question, valueOf(field), opened ? verdict(field) : "", opened ? computed : ""];
    });
  });
}
function stepOf(box) {
  let step = "";
  document.querySelectorAll("h2").forEach(function (heading) {
    if (heading.compareDocumentPosition(box) & Node.DOCUMENT_POSITION_FOLLOWING) { step = heading.textContent; }
  });
  return step;
}
function today() {
  const now = new Date();
  return [now.getFullYear(), now.getMonth() + 1, now.getDate()].map(function (part) { return String(part).padStart(2, "0"); }).join("-");
}
function save(content, kind, ending) {
  const link = document.createElement("a"), own = who.replace(/[^\p{L}\p{N}]+/gu, "-").replace(/^-|-$/g, "") || "no-name";
  link.href = URL.createObjectURL(new Blob([content], { type: kind }));
  link.download = "exercise-" + code + "-" + own + ending;
  link.click();
  setTimeout(function () { URL.revokeObjectURL(link.href); }, 10000);
}
document.getElementById("save-table").addEventListener("click", function () {
  const head = ["exercise", "name", "date", "step", "field", "question", "answer", "holds", "computed"];
  const lines = [head].concat(rows().map(function (row) { return [code, who, today()].concat(row); }));
  const text = lines.map(function (line) { return line.map(quoted).join(","); }).join("\r\n");
  save("\ufeff" + text + "\r\n", "text/csv", ".csv");
});
// In a spreadsheet a text that begins with = + - @ would be a formula.
function quoted(value) {
  const risky = /^[=+\-@]/.test(value) && isNaN(Number(value));
  return '"' + (risky ? "'" : "") + String(value).replace(/"/g, '""') + '"';
}
document.getElementById("save-page").addEventListener("click", function () {
  const page = document.implementation.createHTMLDocument(title + ": " + (who || say("(no name)"))), style = page.createElement("style");
  page.documentElement.lang = document.documentElement.lang;
  style.textContent = "body{font:16px/1.5 Arial,sans-serif;max-width:46em;margin:2em auto;padding:0 1em}h2{font-size:1.1em;border-bottom:1px solid #999}dt{font-weight:600;margin-top:.7em}dd{margin:0;white-space:pre-wrap;overflow-wrap:anywhere}.told{color:#444;font-size:.9em}@media print{dt{break-after:avoid}dd{break-inside:avoid}}";
  page.head.append(style);
  const add = function (parent, tag, words, look) {
    const made = page.createElement(tag);
    made.textContent = words;
    if (look) { made.className = look; }
    parent.append(made);
    return made;
  };
  add(page.body, "h1", title);
  add(page.body, "p", (who || say("(no name)")) + ", " + today() + ". " + count());
  let list = null, before = null;
  rows().forEach(function (row) {
    if (row[0] !== before) { add(page.body, "h2", row[0]); list = page.body.appendChild(page.createElement("dl")); before = row[0]; }
    add(list, "dt", row[2]);
    add(list, "dd", row[3] || say("(nothing)"));
    if (row[4]) { add(list, "dd", row[4] + " " + row[5], "told"); }
  });
  save("<!doctype html><meta charset=\"utf-8\">" + page.documentElement.outerHTML, "text/html", ".html");
});

who = person.value = lastHere();
state = load();
showAll();
