// The score over distance as a sum of waves, one a pair.
import {axes, clamp, fixed, invFreq, range, render as stage} from "./lib.js";

const LOW = -100, HIGH = 400, DISTANCES = range(HIGH - LOW + 1).map(i => LOW + i);

export const figure = {
  state: ["peak", "strengths"],
  numbers({peak, strengths}, {head_dim, base}) {
    const speeds = invFreq(head_dim, base);
    const curve = DISTANCES.map(d => speeds.reduce((sum, speed, j) => sum + strengths[j] * Math.cos((d - peak) * speed), 0));
    const allowed = curve.slice(-LOW);
    const height = Math.max(...allowed), where = allowed.indexOf(height);
    return {curve, where, height, zero: curve[-LOW]};
  },
  sentence: ({peak}, f, {where, height, zero}) =>
    `key built for distance ${fixed(peak, 0)}: highest at distance ${where}, score ${fixed(height, 2)}; at distance 0 ${fixed(zero, 2)}`,
  task: ({peak}, f, {where, height, curve}) =>
    peak === 100 && where === 100 && height > 0.5 && curve[where + 1 - LOW] > 0.99 * height,
  player: () => ({
    name: "peak", low: LOW, high: HIGH,
    jump: {text: "on by 100", milliseconds: 1600, make: from => share => ({peak: Math.min(from.peak + 100 * share, HIGH)})},
  }),
  build(ui, {head_dim}) {
    const {s, set} = ui, pairs = head_dim / 2, most = 2;
    const top = ui.panel(ui.wide, 300, "the score of this query with this key"), graph = axes(top, {
      box: [44, 44, ui.wide - 12, 250], xlim: [LOW, HIGH], ylim: [-pairs, 1.35 * pairs],
      xlabel: "distance m − n (positions)", ylabel: "score q · k after turning",
      xticks: range(6).map(i => [100 * i - 100, String(100 * i - 100).replace("-", "−")]),
      yticks: [-pairs, 0, pairs].map(y => [y, String(y).replace("-", "−")]),
    });
    top.rect(graph.left, graph.top, graph.X(0) - graph.left, graph.bottom - graph.top, {fill: "var(--faint)", opacity: 0.35});
    top.text((graph.left + graph.X(0)) / 2, 238, ui.wide > 400 ? "masked: key ahead" : "masked", {"text-anchor": "middle", class: "quiet"});
    top.line(graph.left, graph.Y(0), graph.right, graph.Y(0), "faint");
    const line = top.path("ink", 1.4), high = top.circle(0, 0, 5, {fill: "none", stroke: "var(--k)", "stroke-width": 2});
    const height = () => s.strengths.reduce((a, b) => a + b, 0);
    const put = peak => set({peak: clamp(Math.round(peak), LOW, HIGH)});
    ui.handle(top, {
      label: "the distance that the key is built for", tone: "k",
      at: () => [graph.X(s.peak), graph.Y(Math.min(height(), 1.3 * pairs))],
      move: x => put(graph.x(x)), keys: (dx, dy) => put(s.peak + dx + dy),
      ends: [() => set({peak: LOW}), () => set({peak: HIGH})],
      value: () => ({now: fixed(s.peak, 0), min: LOW, max: HIGH, text: `distance ${fixed(s.peak, 0)}`}),
    });
    const below = ui.panel(ui.wide, 190, "the strength of each pair, |q| · |k|"), bars = axes(below, {
      box: [44, 44, ui.wide - 12, 150], xlim: [-0.6, pairs - 0.4], ylim: [0, most],
      xlabel: "pair j, fastest first", ylabel: "strength", xticks: range(pairs).map(j => [j, String(j)]),
      yticks: [0, 1, 2].map(y => [y, String(y)]),
    });
    const rects = range(pairs).map(j => {
      const strength = y => set({strengths: s.strengths.map((was, i) => (i === j ? clamp(Math.round(20 * y) / 20, 0, most) : was))});
      const rect = below.rect(bars.X(j) - ui.wide / 36, 0, ui.wide / 18, 0, {fill: "var(--quiet)", opacity: 0.55});
      ui.handle(below, {
        label: `strength of pair ${j}`, at: () => [bars.X(j), bars.Y(s.strengths[j])], size: 6,
        move: (x, y) => strength(bars.y(y)), keys: (dx, dy) => strength(s.strengths[j] + 0.05 * (dx + dy)),
        ends: [() => set({strengths: s.strengths.map((was, i) => (i === j ? 0 : was))}),
          () => set({strengths: s.strengths.map((was, i) => (i === j ? most : was))})],
        value: () => ({now: fixed(s.strengths[j], 2), min: 0, max: most, text: fixed(s.strengths[j], 2)}),
      });
      return rect;
    });
    ui.button("all at 1", () => set({strengths: range(pairs).map(() => 1)}));
    ui.button("only the slow half", () => set({strengths: range(pairs).map(j => Number(j >= pairs / 2))}));
    ui.each(({strengths}, {curve, where, height: tall}) => {
      const shown = y => graph.Y(clamp(y, -pairs, 1.35 * pairs)).toFixed(1);
      line.setAttribute("d", `M${curve.map((y, i) => `${graph.X(DISTANCES[i]).toFixed(1)} ${shown(y)}`).join("L")}`);
      high.setAttribute("cx", graph.X(where));
      high.setAttribute("cy", shown(tall));
      rects.forEach((rect, j) => {
        rect.setAttribute("y", bars.Y(strengths[j]));
        rect.setAttribute("height", bars.bottom - bars.Y(strengths[j]));
      });
    });
  },
};

export const render = context => stage(figure, context);
