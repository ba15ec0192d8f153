// Typing, the connection, and all views of what is known of the sentence.

import { Chart } from "./chart.js";
import { WordStream } from "./stream.js";
import { Verdict } from "./verdict.js";
import { Words } from "./words.js";
import { change, element, score } from "./wording.js";

const REST = 450; // Milliseconds without a key after which the last word counts as finished.

const byId = (id) => document.getElementById(id);
const text = byId("text");

let read = []; // [{word, unknown, probabilities}]
let steps = []; // [{word, unknown, before, after}], of the class that is followed.
let selected = null;
let rest = 0;

const model = await describedModel();
const verdict = new Verdict(model, () => show(0));
const words = new Words(select);
const chart = new Chart(select);
const stream = new WordStream({ onWords, onError: notice, onConnection });

function onWords({ first, total, words: found }) {
  notice("");
  read = [...read.slice(0, first), ...found].slice(0, total);
  show(first);
}

function onConnection(isOpen) {
  notice(isOpen ? "" : "The server does not answer. Trying again …");
}

// Draws everything anew; the words before `first` have not changed unless the followed class has.
function show(first) {
  const last = read.at(-1)?.probabilities;
  const target = verdict.target(last);
  const name = model.classes[target];
  if (byId("target").textContent !== name) first = 0;
  byId("target").textContent = name;
  steps = read.map(({ word, unknown, probabilities }, index) => {
    const before = index ? read[index - 1].probabilities[target] : verdict.neutral;
    return { word, unknown, before, after: probabilities[target] };
  });
  verdict.show(last, read.length);
  words.show(steps, first);
  chart.show(steps, verdict.neutral);
  select(null);
  byId("link").hash = encodeURIComponent(text.value.toWellFormed());
  document.body.classList.toggle("empty", !steps.length);
}

// Shows the score before and after a word; after the last one while none is pointed at.
function select(index) {
  selected = index !== null && index < steps.length ? index : null;
  words.mark(selected);
  chart.mark(selected);
  const step = steps[selected ?? steps.length - 1];
  const word = step && element("bdi", { className: step.unknown ? "unknown" : "", textContent: step.word });
  byId("reading").replaceChildren(
    ...(step ? [word, ` ${score(step.before)} → ${score(step.after)} `, change(step.after - step.before)] : []));
}

// The part of the text whose words are finished: up to the last space, or all of it once the typing rests.
function ask(isFinished) {
  clearTimeout(rest);
  const finished = isFinished ? text.value : text.value.replace(/\S+$/u, "");
  words.showPending(text.value.slice(finished.length));
  stream.ask(finished);
  fit();
  if (!isFinished) rest = setTimeout(() => ask(true), REST);
}

function put(sentence) {
  text.value = sentence;
  ask(true);
}

function fit() {
  text.style.height = "auto";
  text.style.height = `${Math.min(text.scrollHeight + 2, 0.4 * innerHeight)}px`;
}

function notice(message) {
  byId("notice").textContent = message;
}

function fromLink() {
  try {
    return decodeURIComponent(location.hash.slice(1));
  } catch {
    return ""; // No encoded text.
  }
}

// As `infer.py --format=tsv` prints it.
const asTsv = () =>
  steps.map(({ word, unknown, after }) => `${word}\t${after.toFixed(6)}\t${unknown ? "unknown" : "known"}\n`).join("");

async function copy(content) {
  let message = "Copied";
  try {
    await navigator.clipboard.writeText(content);
  } catch {
    message = "The browser does not let this page copy"; // As on another machine without HTTPS.
  }
  byId("done").textContent = message;
  setTimeout(() => { byId("done").textContent = ""; }, 2500);
}

async function describedModel() {
  try {
    return await (await fetch("/v1/model")).json();
  } catch (error) {
    notice("The server does not answer. Load the page again once it runs.");
    throw error;
  }
}

function showModel() {
  const { name, rnn_unit: unit, num_hidden_units: units, vocab_size: vocabulary, num_models: models, test } = model;
  const parts = [name, `${unit.toUpperCase()} of ${units} units`, `${vocabulary.toLocaleString("en")} words`];
  if (models > 1) parts.splice(1, 0, `${models} models`);
  if (test) parts.push(`right on ${(100 * test.accuracy).toFixed(1)} % of ${test.rows.toLocaleString("en")} test rows`);
  byId("model").textContent = parts.join(" · ");
}

text.addEventListener("input", (event) => ask(event.inputType?.startsWith("insertFromPaste") ?? false));
text.addEventListener("blur", () => ask(true));
addEventListener("hashchange", () => put(fromLink()));
byId("link").addEventListener("click", () => copy(byId("link").href));
byId("copy").addEventListener("click", () => copy(asTsv()));
for (const sentence of model.examples) {
  const button = element("button", { type: "button", textContent: sentence });
  button.addEventListener("click", () => put(sentence));
  byId("examples").append(button);
}
showModel();
show(0);
if (location.hash.length > 1) put(fromLink());
else if (text.value) ask(true); // What the browser kept over a reload, or was typed meanwhile.
