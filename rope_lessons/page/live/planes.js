// The numbers of a vector, and the arrows that they are.
import {DEGREES, arrow, clamp, dial, fixed, range, render as stage, track, tuple, turn, wrap} from "./lib.js";

export const figure = {
  state: ["turns", "steps"],
  numbers({turns, steps}, {pairs, degrees_per_step}) {
    const tips = pairs.map((pair, j) => turn(pair, (turns[j] + steps * degrees_per_step[j]) / DEGREES));
    return {
      numbers: tips.flat(), lengths: tips.map(tip => Math.hypot(...tip)),
      length: Math.hypot(...tips.flat()),
    };
  },
  sentence: (s, f, {numbers, lengths, length}) =>
    `numbers ${tuple(numbers, 2)}; arrow lengths ${tuple(lengths, 2)}; length of all ${fixed(length)}`,
  task: ({turns}, f, {numbers}) =>
    Math.hypot(numbers[2] - 3, numbers[3]) < 0.1 && turns.every((t, j) => j === 1 || t === 0),
  player: () => ({name: "steps", low: 0, high: 40}),
  build(ui, {pairs, degrees_per_step}) {
    const {s, set} = ui, reach = 1.15 * Math.max(...pairs.map(pair => Math.hypot(...pair)));
    const bars = ui.panel(ui.wide, 132, "the 8 numbers, and the length of all of them");
    const cell = (ui.wide - 20) / 8, left = 0.26 * ui.wide, unit = 0.055 * ui.wide;
    const start = pairs.flat();
    const boxes = start.map((_, i) => bars.rect(10 + cell * i, 26, 0.92 * cell, 30, {stroke: "var(--ink)", fill: "none"}));
    const texts = start.map((_, i) => bars.text(10 + (i + 0.46) * cell, 46, "", {"text-anchor": "middle"}));
    start.forEach((_, i) => bars.text(10 + (i + 0.46) * cell, 71, `x${i}`, {"text-anchor": "middle", class: "quiet"}));
    bars.text(left - 8, 110, "length of all", {"text-anchor": "end"});
    bars.line(left, 92, left, 118, "ink");
    const bar = bars.rect(left, 96, 0, 18, {fill: "var(--q)"});
    const told = bars.text(0, 110, "");
    const points = pairs.map((pair, j) => {
      const panel = ui.panel(186, 200, `arrow ${j}`), round = dial(panel, 93, 112, 80, reach);
      round.circle(Math.hypot(...pair));
      arrow(panel, round, "faint", 3)(pair);
      const point = arrow(panel, round, "q");
      const tip = () => ui.numbers().numbers.slice(2 * j, 2 * j + 2);
      ui.trace(panel, "q", () => round.to(tip()));
      const put = degrees => set({turns: s.turns.map((t, i) => (i === j ? wrap(degrees) : t))});
      const begun = Math.atan2(pair[1], pair[0]) * DEGREES;
      ui.handle(panel, {
        label: `arrow ${j}`, tone: "q", at: () => round.to(tip()),
        move(x, y) {
          const [a, b] = round.from(x, y);
          put(Math.atan2(b, a) * DEGREES - begun - s.steps * degrees_per_step[j]);
        },
        keys: (dx, dy) => put(s.turns[j] + dy - dx),
        value: () => ({now: fixed(s.turns[j], 0), min: -180, max: 180,
          text: `turned by ${fixed(s.turns[j], 0)} degrees, to ${tuple(tip(), 2)}`}),
      });
      return point;
    });
    ui.each((_, {numbers, length}) => {
      points.forEach((point, j) => point(numbers.slice(2 * j, 2 * j + 2)));
      numbers.forEach((x, i) => {
        texts[i].textContent = fixed(x, 2);
        boxes[i].style.fill = Math.abs(x - start[i]) > 1e-9 ? "color-mix(in srgb, var(--q) 22%, transparent)" : "none";
      });
      bar.setAttribute("width", unit * length);
      told.setAttribute("x", left + unit * length + 8);
      told.textContent = fixed(length);
    });
    track(ui, {label: `all together: ${degrees_per_step.join(", ")} degrees a step`, high: 40, tokens: [
      {text: "steps", tone: "ink", get: s => s.steps, put: steps => set({steps: clamp(steps, 0, 40)})},
    ]});
  },
};

export const render = context => stage(figure, context);
