// The score after each word as a line over the words.

import { direction } from "./wording.js";

const HEIGHT = 220; // Pixels of the plot, labels excluded.
const LEFT = 34, RIGHT = 10, TOP = 10;
const LABELLED = 15; // Pixels a word needs for a label on its side; below that none is shown.
const MARKED = 8; // ... and for a mark.
const LONGEST_LABEL = 12;
const MARKS = {
  up: "M0 -5.5 5 3.5H-5Z",
  down: "M0 5.5 5 -3.5H-5Z",
  still: "M-3 0a3 3 0 1 0 6 0a3 3 0 1 0 -6 0",
};

export class Chart {
  #svg = document.getElementById("chart");
  #steps = [];
  #neutral = 0.5;
  #current = null;

  constructor(onSelect) {
    this.onSelect = onSelect; // Called with an index, or null for none.
    this.#svg.addEventListener("pointermove", (event) => this.onSelect(this.#nearest(event)));
    this.#svg.addEventListener("pointerleave", () => this.onSelect(null));
    new ResizeObserver(() => this.#draw()).observe(this.#svg.parentElement);
  }

  show(steps, neutral) {
    this.#steps = steps;
    this.#neutral = neutral;
    this.#draw();
  }

  mark(index) {
    this.#current = index;
    this.#svg.querySelector(".current")?.classList.remove("current");
    const guide = this.#svg.querySelector(".guide");
    if (!guide) return;
    const shown = index !== null && index < this.#steps.length;
    guide.classList.toggle("shown", shown);
    if (!shown) return;
    guide.setAttribute("d", `M${this.#x(index)} ${TOP}V${TOP + HEIGHT}`);
    this.#svg.querySelector(`[data-index="${index}"]`)?.classList.add("current");
  }

  get #width() {
    return this.#svg.parentElement.clientWidth;
  }

  get #slot() {
    return Math.min(90, (this.#width - LEFT - RIGHT) / Math.max(1, this.#steps.length));
  }

  #x(index) {
    return LEFT + (index + 0.5) * this.#slot;
  }

  #y(value) {
    return TOP + (1 - value) * HEIGHT;
  }

  #nearest(event) {
    const x = event.clientX - this.#svg.getBoundingClientRect().left;
    const index = Math.floor((x - LEFT) / this.#slot);
    return index >= 0 && index < this.#steps.length ? index : null;
  }

  #draw() {
    const labels = this.#labels();
    const height = TOP + HEIGHT + labels.height;
    this.#svg.setAttribute("viewBox", `0 0 ${this.#width} ${height}`);
    this.#svg.setAttribute("height", height);
    const marks = this.#slot < MARKED ? [] : this.#steps.map((step, index) => this.#mark(step, index));
    this.#svg.replaceChildren(
      ...this.#axis(),
      ...this.#areas(),
      svg("path", { class: "guide" }),
      svg("path", { class: "line", d: this.#line() }),
      ...marks,
      ...labels.elements,
    );
    this.mark(this.#current);
  }

  #axis() {
    const end = this.#width - RIGHT;
    const lines = [0, 0.25, 0.5, 0.75, 1].map((value) =>
      svg("path", { class: "grid", d: `M${LEFT} ${this.#y(value)}H${end}` }));
    const numbers = [0, 0.5, 1].map((value) =>
      svg("text", { class: "number", x: LEFT - 8, y: this.#y(value) + 4 }, value.toFixed(1)));
    const neutral = svg("path", { class: "neutral", d: `M${LEFT} ${this.#y(this.#neutral)}H${end}` });
    return [...lines, ...numbers, neutral];
  }

  // Between the line and the neutral score, one colour above it and one below.
  #areas() {
    if (!this.#steps.length) return [];
    const base = this.#y(this.#neutral);
    const closed = `${this.#line()}V${base}H${LEFT}Z`;
    const clip = (id, top, height) =>
      svg("clipPath", { id }, svg("rect", { x: 0, y: top, width: this.#width, height: Math.max(0, height) }));
    return [
      clip("above", TOP, base - TOP),
      clip("below", base, TOP + HEIGHT - base),
      svg("path", { class: "area up", d: closed, "clip-path": "url(#above)" }),
      svg("path", { class: "area down", d: closed, "clip-path": "url(#below)" }),
    ];
  }

  #line() {
    const points = this.#steps.map((step, index) => `L${this.#x(index).toFixed(1)} ${this.#y(step.after).toFixed(1)}`);
    return `M${LEFT} ${this.#y(this.#neutral).toFixed(1)}${points.join("")}`;
  }

  #mark(step, index) {
    const place = `translate(${this.#x(index).toFixed(1)} ${this.#y(step.after).toFixed(1)})`;
    const way = direction(step.after - step.before);
    return svg("path", { class: `mark ${way}`, d: MARKS[way], transform: place, "data-index": index });
  }

  // The words under the axis: upright where all have room, on their side where they are close, else none.
  #labels() {
    const texts = this.#steps.map(({ word }) => (word.length > LONGEST_LABEL ? `${word.slice(0, LONGEST_LABEL - 1)}…` : word));
    const longest = Math.max(0, ...texts.map((text) => text.length));
    if (this.#slot < LABELLED) return { height: 10, elements: [] };
    const upright = 7.2 * longest + 8 <= this.#slot;
    const elements = texts.map((text, index) => {
      const x = this.#x(index), y = TOP + HEIGHT + (upright ? 20 : 14);
      const turned = upright ? {} : { transform: `rotate(-45 ${x} ${y})` };
      return svg("text", { class: upright ? "word upright" : "word", x, y, ...turned }, text);
    });
    return { height: upright ? 30 : 22 + 5.2 * longest, elements };
  }
}

function svg(name, attributes, ...children) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}
