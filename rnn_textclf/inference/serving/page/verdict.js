// The verdict, and a row for every class with its probability; of more than two classes one can be followed.

import { element, percent } from "./wording.js";

const AUTO = -1; // Follows the class that is most probable after the last word.

export class Verdict {
  #label = document.getElementById("label");
  #rows = document.getElementById("classes");
  #announced = document.getElementById("announced");
  #following = AUTO;
  #timer = 0;

  constructor({ classes, multi_label: multiLabel }, onFollow) {
    Object.assign(this, { classes, multiLabel, onFollow });
    if (classes.length > 2) this.#offerChoice();
    this.values = classes.map((name, index) => this.#addClass(name, index));
  }

  // The score of a model without an opinion.
  get neutral() {
    return this.multiLabel ? 0.5 : 1 / this.classes.length;
  }

  // The class whose score runs.
  target(probabilities) {
    if (this.#following !== AUTO) return this.#following;
    if (this.classes.length === 2) return 1;
    return probabilities ? argmax(probabilities) : 0;
  }

  show(probabilities, numWords) {
    const target = this.target(probabilities);
    this.values.forEach(({ row, bar, value }, index) => {
      const share = probabilities?.[index];
      bar.style.setProperty("--share", share ?? 0);
      value.textContent = share === undefined ? "–" : percent(share);
      row.classList.toggle("followed", index === target);
    });
    const labels = probabilities ? this.#decided(probabilities) : [];
    this.#label.replaceChildren(...this.#labelled(labels, probabilities));
    this.#announce(probabilities, labels, numWords);
  }

  // As `infer.py` decides: all classes from one half on where there may be several, else the most probable.
  #decided(probabilities) {
    if (!this.multiLabel) return [argmax(probabilities)];
    return [...probabilities.keys()].filter((index) => probabilities[index] >= 0.5);
  }

  #labelled(labels, probabilities) {
    if (!probabilities) return [element("span", { className: "quiet", textContent: "No words yet" })];
    if (!labels.length) return [element("strong", { textContent: "none of the classes" })];
    return labels.flatMap((index) => [
      element("strong", { textContent: this.classes[index] }),
      element("span", { className: "certainty", textContent: percent(probabilities[index]) }),
    ]);
  }

  // Says the verdict to a screen reader once the typing rests.
  #announce(probabilities, labels, numWords) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      const names = labels.map((index) => `${this.classes[index]}, ${percent(probabilities[index])}`);
      const said = names.join("; ") || "none of the classes";
      this.#announced.textContent = probabilities ? `${said}, after ${numWords} words` : "";
    }, 900);
  }

  #offerChoice() {
    this.#rows.classList.add("choices");
    this.#rows.querySelector("legend").textContent = "Follow the score of";
    this.#rows.append(this.#choice(AUTO, element("span", { textContent: "the most probable class" })));
  }

  #addClass(name, index) {
    const bar = element("span", { className: "bar" });
    const value = element("span", { className: "value" });
    const parts = [element("bdi", { className: "name", textContent: name, title: name }), bar, value];
    const row = this.classes.length > 2 ? this.#choice(index, ...parts) : element("div", {}, ...parts);
    row.classList.add("class");
    this.#rows.append(row);
    return { row, bar, value };
  }

  #choice(index, ...parts) {
    const input = element("input", { type: "radio", name: "follow", checked: index === this.#following });
    input.addEventListener("change", () => {
      this.#following = index;
      this.onFollow();
    });
    return element("label", {}, input, ...parts);
  }
}

function argmax(values) {
  return values.indexOf(Math.max(...values));
}
