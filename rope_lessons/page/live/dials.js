// All arrows of a query at one position, and how long each needs for a turn.
import {DEGREES, TAU, axes, clamp, dial, fixed, grouped, invFreq, range, render as stage, track,
  turn, wrap} from "./lib.js";

const INNER = 0.25, LONGEST = 1e7;

export const figure = {
  state: ["position", "base"],
  numbers({position, base}, {head_dim, train_length}) {
    const speeds = invFreq(head_dim, base), wavelengths = speeds.map(speed => TAU / speed);
    const tips = speeds.map(speed => turn([1, 0], position * speed));
    return {
      angles: tips.map(([x, y]) => Math.atan2(y, x) * DEGREES), wavelengths, tips,
      unfinished: wavelengths.map(wave => wave > train_length),
    };
  },
  sentence: ({position, base}, f, {angles, wavelengths}) =>
    `${angles.length} arrows at position ${grouped(Math.round(position))}: fastest at `
    + `${fixed(angles[0], 1)}°, slowest at ${fixed(angles.at(-1), 1)}°; base `
    + `${grouped(Math.round(base))}: longest wavelength ${grouped(Math.round(wavelengths.at(-1)))} positions`,
  task: ({position}, f, {angles}) =>
    position >= 1 && Number.isInteger(position) && Math.abs(angles[0]) < 2,
  player: (f) => ({
    name: "position", low: 0, high: f.train_length - 1,
    jump: {text: "+ 1,000", make: from => share => ({position: Math.min(from.position + 1000 * share, f.train_length - 1)})},
  }),
  build(ui, {head_dim, train_length}) {
    const {s, set} = ui, pairs = head_dim / 2, lengths = range(pairs).map(j => INNER + (1 - INNER) * j / (pairs - 1));
    const left = ui.panel(380, 340, "every arrow, begun at 0°"), round = dial(left, 190, 182, 150, 1.06);
    round.circle(1.06);
    left.text(354, 178, "0°", {class: "quiet"});
    const shafts = {fast: left.path("fast", 1, {opacity: 0.6}), slow: left.path("slow", 1, {opacity: 0.6})};
    const ends = range(pairs).map(() => left.circle(0, 0, 2.6));
    const first = left.path("ink", 2.5);
    ui.trace(left, "ink", () => round.to(ui.numbers().tips[0].map(x => x * INNER)));
    const kind = slow => (slow ? "slow" : "fast");
    ui.each((_, {tips, unfinished}) => {
      const lines = {fast: "", slow: ""};
      tips.forEach((tip, j) => {
        const [x, y] = round.to(tip.map(a => a * lengths[j]));
        lines[kind(unfinished[j])] += `M${round.x} ${round.y}L${x.toFixed(1)} ${y.toFixed(1)}`;
        ends[j].setAttribute("cx", x);
        ends[j].setAttribute("cy", y);
        ends[j].setAttribute("fill", `var(--${kind(unfinished[j])})`);
      });
      for (const name of ["fast", "slow"]) shafts[name].setAttribute("d", lines[name]);
      first.setAttribute("d", `M${round.x} ${round.y}L${round.to(tips[0].map(a => a * INNER)).join(" ")}`);
    });
    ui.handle(left, {
      label: "the fastest arrow", size: 6,
      at: () => round.to(ui.numbers().tips[0].map(x => x * INNER)),
      move(x, y) { // on by what the hand has turned it
        const [a, b] = round.from(x, y);
        put(s.position + wrap(Math.atan2(b, a) * DEGREES - ui.numbers().angles[0]) / DEGREES);
      },
      keys: (dx, dy) => put(Math.round(s.position) + dx + dy),
      value: () => ({now: fixed(ui.numbers().angles[0], 0), min: -180, max: 180,
        text: `at ${fixed(ui.numbers().angles[0], 1)} degrees, position ${fixed(s.position, 0)}`}),
    });
    const put = position => set({position: clamp(position, 0, train_length - 1)});

    const right = ui.panel(380, 340, "positions for one turn"), graph = axes(right, {
      box: [70, 44, 370, 290], xlim: [-1, pairs + 2], ylim: [3, LONGEST], ylog: true,
      xlabel: "pair j, fastest first", ylabel: "wavelength (positions)",
      xticks: range(5).map(i => [Math.round(i * (pairs - 1) / 4), String(Math.round(i * (pairs - 1) / 4))]),
      yticks: [[10, "10"], [1e3, "1,000"], [1e5, "100,000"], [1e7, "10⁷"]],
    });
    right.line(graph.left, graph.Y(train_length), graph.right, graph.Y(train_length), "ink", 1, {"stroke-dasharray": "5 4"});
    right.text(graph.left + 8, graph.Y(train_length) - 7, `trained on ${grouped(train_length)}`);
    right.text(graph.right, 282, "finish a turn", {"text-anchor": "end", class: "strong", style: "fill: var(--fast-text)"});
    right.text(graph.left + 8, 60, "unfinished", {class: "strong", style: "fill: var(--slow-text)"});
    const dots = range(pairs).map(j => right.circle(graph.X(j), 0, 3));
    ui.each((_, {wavelengths, unfinished}) => dots.forEach((it, j) => {
      it.setAttribute("cy", graph.Y(wavelengths[j]));
      it.setAttribute("fill", `var(--${kind(unfinished[j])})`);
    }));
    const baseOf = wave => (wave / TAU) ** (head_dim / (head_dim - 2));
    const bases = base => set({base: Math.round(clamp(base, 1000, 1e6) / 100) * 100});
    ui.handle(right, {
      label: "the base, by the slowest pair's wavelength", tone: "slow",
      at: () => [graph.X(pairs - 1), graph.Y(ui.numbers().wavelengths.at(-1))],
      move: (x, y) => bases(baseOf(graph.y(y))),
      keys: (dx, dy) => bases(s.base * 1.1 ** (dx + dy)),
      ends: [() => set({base: 1000}), () => set({base: 1e6})],
      value: () => ({now: s.base, min: 1000, max: 1e6, text: `base ${grouped(s.base)}`}),
    });
    ui.button("base 10,000", () => set({base: 1e4}));
    ui.button("base 500,000", () => set({base: 5e5}));
    track(ui, {label: "the text: drag the token", high: train_length - 1, tokens: [
      {text: "position", tone: "ink", get: s => s.position, put: position => put(position)},
    ]});
  },
};

export const render = context => stage(figure, context);
