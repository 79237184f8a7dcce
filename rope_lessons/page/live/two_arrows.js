// A query and a key, turned to their positions, and the score that they make.
import {DEGREES, arc, arrow, axes, clamp, dial, dot, fixed, grouped, range, render as stage, track,
  tuple, turn, wrap} from "./lib.js";

const GAPS = range(13).map(i => i - 6);
const angle = ([x, y]) => Math.atan2(y, x);

export const figure = {
  state: ["q", "k", "n", "gap"],
  numbers({q, k, n, gap}, {theta}) {
    const query = turn(q, (n + gap) * theta), key = turn(k, n * theta);
    const scores = GAPS.map(g => dot(turn(q, (n + g) * theta), key));
    const between = wrap((angle(query) - angle(key)) * DEGREES);
    return {query, key, score: dot(query, key), between, scores};
  },
  sentence: ({gap, n}, f, {query, key, score}) =>
    `m = ${grouped(Math.round(n + gap))}, n = ${grouped(Math.round(n))}, distance ${fixed(gap, 0)}: `
    + `q points to ${tuple(query, 2)}, k to ${tuple(key, 2)}, score ${fixed(score)}`,
  task({q, k, n}, f, {score}, memory) {
    const zero = Math.abs(score) < 0.02 * Math.hypot(...q) * Math.hypot(...k);
    if (zero && n < 1000) memory.zero = String(k);
    return memory.zero === String(k) && n >= 1000;
  },
  player: (f, s) => ({
    name: "n", low: Math.max(0, -s.gap), high: 5040,
    jump: {text: "both + 1,000", make: from => share => ({n: from.n + 1000 * share})},
  }),
  bet: {
    ask: "Both tokens move on by 1,000. How high will their score be then? Move the dashed line.",
    panel: "plot", start: 0.1, step: 0.02, min: -0.9, max: 0.9,
    unit: x => fixed(x, 2), truth: (s, f) => figure.numbers(s, f).score,
    revealed: ({n}, f, begun) => n !== begun.n, there: ({n}) => n >= 1000,
    place: (v, {graph}) => [graph.right - 14, graph.Y(v)], read: (x, y, {graph}) => graph.y(y),
    mark: (v, {graph}) => `M${graph.left} ${graph.Y(v)}L${graph.right} ${graph.Y(v)}`,
  },
  build(ui, {theta}) {
    const {s, set} = ui, reach = 1.2;
    const left = ui.panel(380, 330, "one pair of q and one of k"), round = dial(left, 190, 175, 140, reach);
    const wedge = left.path("faint", 10), angles = left.text(190, 326, "", {"text-anchor": "middle", class: "quiet"});
    const tip = {
      q: {at: n => n.query, position: () => s.n + s.gap, tone: "q", name: "query"},
      k: {at: n => n.key, position: () => s.n, tone: "k", name: "key"},
    };
    for (const [name, {at, position, tone, name: called}] of Object.entries(tip)) {
      const circle = round.circle(1), point = arrow(left, round, tone, 5);
      ui.trace(left, tone, () => round.to(at(ui.numbers())));
      const letter = left.text(0, 0, name, {class: "strong", style: `fill: var(--${tone}-text)`,
        "text-anchor": "middle"});
      const put = turned => {
        const size = Math.hypot(...turned), most = clamp(size, 0.1, reach) / (size || 1);
        set({[name]: turn(turned.map(x => x * most), -position() * theta)});
      };
      ui.handle(left, {
        label: `${called}, the arrow ${name}`, tone,
        at: () => round.to(at(ui.numbers())), move: (x, y) => put(round.from(x, y)),
        keys(dx, dy) {
          const now = at(ui.numbers()), size = Math.hypot(...now);
          put(turn(now.map(x => x * (size + 0.02 * dy) / size), -dx / DEGREES));
        },
        value() {
          const now = at(ui.numbers()), degrees = wrap(angle(now) * DEGREES);
          return {now: fixed(degrees, 0), min: -180, max: 180,
            text: `points to ${tuple(now, 2)}, ${fixed(degrees, 0)} degrees, length ${fixed(Math.hypot(...now), 2)}`};
        },
      });
      ui.each((_, n) => {
        point(at(n));
        const size = Math.hypot(...at(n)), [x, y] = round.to(at(n).map(x => x * (1 + 0.16 / size)));
        circle.setAttribute("r", size * round.scale);
        letter.setAttribute("x", x);
        letter.setAttribute("y", y + 5);
      });
    }
    ui.each((_, n) => {
      const from = angle(n.key), by = (n.between + 360) % 360 / DEGREES;
      wedge.setAttribute("d", arc(round, 0.3, from, from + by));
      angles.textContent = `grey: ${fixed(by * DEGREES, 0)}° from k to q`;
    });

    const plot = ui.plot = ui.panel(380, 330, "their score, over the distance");
    const graph = ui.graph = axes(plot, {
      box: [50, 44, 370, 280], xlim: [-6.7, 6.7], ylim: [-1, 1],
      xlabel: "distance m − n (positions, query minus key)", ylabel: "score q · k after turning",
      xticks: [-6, -3, 0, 3, 6].map(x => [x, String(x).replace("-", "−")]),
      yticks: [-1, -0.5, 0, 0.5, 1].map(y => [y, fixed(y, 1).replace("-", "−")]),
    });
    plot.line(graph.left, graph.Y(0), graph.right, graph.Y(0), "faint");
    const dots = GAPS.map(() => plot.secret.circle(0, 0, 4, {fill: "var(--quiet)"}));
    const here = plot.secret.circle(0, 0, 7, {fill: "var(--ink)"});
    plot.veil(210, 64, "the score is covered until you bet");
    ui.each(({gap}, n) => {
      dots.forEach((it, i) => {
        it.setAttribute("cx", graph.X(GAPS[i]));
        it.setAttribute("cy", graph.Y(clamp(n.scores[i], -1.1, 1.1)));
      });
      here.setAttribute("cx", graph.X(gap));
      here.setAttribute("cy", graph.Y(clamp(n.score, -1.1, 1.1)));
    });

    track(ui, {label: "the text: q at m, k at n, and both at once", extra: 8, high: 5040, tokens: [
      {text: "both tokens", tone: "quiet", get: s => s.n, aside: s => s.gap / 2,
        put: x => set({n: Math.max(x, -s.gap)})},
      {text: "n, the key's position", tone: "k", get: s => s.n,
        put: x => { const m = s.n + s.gap, gap = clamp(m - x, -6, 6); set({n: m - gap, gap}); }},
      {text: "m, the query's position", tone: "q", get: s => s.n + s.gap,
        put: x => set({gap: clamp(x - s.n, Math.max(-6, -s.n), 6)})},
    ]});
  },
};

export const render = context => stage(figure, context);
