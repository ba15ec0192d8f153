// The words with their colours and scores: one stop of the Tab key, between them the arrow keys.

import { change, direction, element, score, spokenChange } from "./wording.js";

export class Words {
  #list = document.getElementById("words");
  #rows = document.getElementById("rows");
  #pending = element("li", { className: "pending" });

  constructor(onSelect) {
    this.onSelect = onSelect; // Called with an index, or null for none.
    this.#list.addEventListener("keydown", (event) => this.#move(event));
    this.#list.addEventListener("focusin", (event) => this.onSelect(this.#indexOf(event.target)));
    this.#list.addEventListener("focusout", () => this.onSelect(null));
    this.#list.addEventListener("pointerover", (event) => this.onSelect(this.#indexOf(event.target)));
    this.#list.addEventListener("pointerleave", () => this.onSelect(null));
  }

  // Shows steps [{word, unknown, before, after}], of which those before `first` have not changed.
  show(steps, first) {
    this.#pending.remove();
    for (const list of [this.#list, this.#rows]) {
      while (list.children.length > first) list.lastElementChild.remove();
    }
    this.#list.append(...steps.slice(first).map(chip));
    this.#rows.append(...steps.slice(first).map(tableRow));
    this.#letTabStopAt(this.#list.querySelector("[tabindex='0']") ?? this.#list.querySelector("button"));
    this.showPending(this.#pending.textContent);
  }

  // The word that is being typed.
  showPending(word) {
    this.#pending.textContent = word;
    if (word) this.#list.append(this.#pending);
    else this.#pending.remove();
  }

  mark(index) {
    this.#list.querySelector(".current")?.classList.remove("current");
    if (index !== null) this.#list.children[index]?.classList.add("current");
  }

  #indexOf(target) {
    const item = target.closest("li:not(.pending)");
    return item ? [...this.#list.children].indexOf(item) : null;
  }

  #move(event) {
    const buttons = [...this.#list.querySelectorAll("button")];
    const here = buttons.indexOf(document.activeElement);
    const places = { ArrowRight: here + 1, ArrowLeft: here - 1, Home: 0, End: buttons.length - 1 };
    const there = buttons[places[event.key]];
    if (!there) return;
    event.preventDefault();
    this.#letTabStopAt(there);
    there.focus();
  }

  #letTabStopAt(button) {
    for (const other of this.#list.querySelectorAll("[tabindex='0']")) other.tabIndex = -1;
    if (button) button.tabIndex = 0;
  }
}

function chip({ word, unknown, before, after }) {
  const step = after - before;
  const name = element("bdi", { textContent: word });
  const value = element("small", { className: "score", textContent: score(after) });
  const moved = element("small", { className: "moved", textContent: change(step) });
  moved.setAttribute("aria-hidden", "true");
  const said = `, ${spokenChange(step)} from ${score(before)}${unknown ? ", unknown word" : ""}`;
  const button = element("button", { type: "button", tabIndex: -1 }, name, " ", value, moved);
  button.append(element("span", { className: "spoken", textContent: said }));
  const item = element("li", { className: `${direction(step)}${unknown ? " unknown" : ""}` }, button);
  // The square root tells small steps apart; large ones are rare.
  item.style.setProperty("--weight", Math.sqrt(Math.min(Math.abs(step), 0.5) / 0.5).toFixed(3));
  return item;
}

function tableRow({ word, unknown, before, after }) {
  const head = element("th", { scope: "row" }, element("bdi", { textContent: word }));
  const cells = [score(before), score(after), change(after - before), unknown ? "unknown" : "known"];
  return element("tr", {}, head, ...cells.map((textContent) => element("td", { textContent })));
}
