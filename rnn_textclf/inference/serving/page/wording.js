// Numbers and signs as people read them.

const STILL = 0.005; // Steps smaller than this are neither up nor down.
const SIGNS = { up: "▲", down: "▼", still: "·" };

export const score = (value) => value.toFixed(3);

export const percent = (value) => `${(100 * value).toFixed(1)} %`;

export function direction(step) {
  if (Math.abs(step) < STILL) return "still";
  return step > 0 ? "up" : "down";
}

export const change = (step) => `${SIGNS[direction(step)]} ${score(Math.abs(step))}`;

export const spokenChange = (step) => {
  const way = direction(step);
  return way === "still" ? "unchanged" : `${way} ${score(Math.abs(step))}`;
};

export function element(name, properties = {}, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}
