// Which arcs does a longer text open, pair by pair?
import {DEGREES, TAU, arc, clamp, dial, fixed, invFreq, range, render as stage} from "./lib.js";

export const figure = {
  state: ["length"],
  numbers({length}, {head_dim, base, train_length}) {
    const speeds = invFreq(head_dim, base), turned = l => speeds.map(speed => Math.min((l - 1) * speed, TAU));
    const met = turned(train_length), needed = turned(Math.round(length));
    const unseen = met.map((angle, j) => Math.max(needed[j] - angle, 0) * DEGREES);
    const most = Math.max(...unseen);
    return {met: met.map(angle => angle * DEGREES), unseen, opened: unseen.filter(x => x > 0).length, worst: unseen.indexOf(most), most};
  },
  sentence: ({length}, {train_length}, {opened, unseen, worst, most}) =>
    `${opened} of ${unseen.length} pairs meet new angles between ${train_length} and ${fixed(length, 0)} tokens`
    + (opened ? `; most of all pair ${worst}, ${fixed(most, 0)} degrees` : ""),
  task({length}, f, n) {
    const round = ({met, unseen}) => unseen.filter((x, j) => x > 0 && met[j] + x > 359.99).length;
    return round(n) >= 3 && round(figure.numbers({length: length - 1}, f)) < 3;
  },
  player: (f) => ({
    name: "length", low: f.train_length, high: f.longest, stride: 8,
    jump: {text: "to 241 tokens", make: from => share => ({length: Math.round(from.length + share * (241 - from.length))})},
  }),
  bet: {
    ask: "The text grows to 241 tokens. Which pair will turn furthest onto what is new? Move the dashed mark.",
    panel: "rows", start: 15, step: 1, min: 0, max: 15, unit: x => `pair ${fixed(x, 0)}`,
    truth: (s, f) => figure.numbers({length: 241}, f).worst, revealed: ({length}, f) => length > f.train_length, there: ({length}) => length >= 241,
    place: (v, {places}) => { const [x, y] = places[Math.round(v)]; return [x, y - 46]; },
    read: (x, y, {places}) => places.reduce((best, place, j) =>
      (Math.hypot(x - place[0], y - place[1] + 46) < Math.hypot(x - places[best][0], y - places[best][1] + 46) ? j : best), 0),
    mark: (v, {places}) => { const [x, y] = places[Math.round(v)]; return `M${x - 42} ${y - 42}h84v98h-84Z`; },
  },
  build(ui, {head_dim, base, train_length, longest}) {
    const {s, set} = ui, pairs = head_dim / 2, waves = invFreq(head_dim, base).map(speed => TAU / speed);
    const across = ui.wide > 400 ? 8 : 4, rows = Math.ceil(pairs / across);
    const panel = ui.rows = ui.panel(ui.wide, 20 + 118 * rows, "the circle of each pair, fastest first");
    ui.places = range(pairs).map(j => [48 + (ui.wide - 12) / across * (j % across), 76 + 118 * Math.floor(j / across)]);
    const drawn = ui.places.map(([x, y], j) => {
      const round = dial(panel, x, y, 32), kind = waves[j] > train_length ? "slow" : "fast";
      round.circle(1);
      panel.text(x, y + 50, `pair ${j}`, {"text-anchor": "middle", style: `fill: var(--${kind}-text)`});
      return {round, met: panel.path("trained", 9), fresh: panel.secret.path("unseen", 9)};
    });
    panel.veil(ui.wide / 2, 34, "new arcs are covered until you bet");
    ui.each((_, {met, unseen}) => drawn.forEach(({round, met: known, fresh}, j) => {
      const end = met[j] / DEGREES;
      known.setAttribute("d", arc(round, 0.82, 0, end));
      fresh.setAttribute("d", unseen[j] > 0 ? arc(round, 0.82, end, end + unseen[j] / DEGREES) : "");
    }));
    const scale = ui.panel(ui.wide, 70, "the length of the text"), room = ui.wide - 48;
    const X = l => 24 + (l - train_length) / (longest - train_length) * room;
    scale.line(24, 42, X(longest), 42, "ink");
    for (const l of [train_length, 128, 241, 384, longest]) {
      scale.line(X(l), 42, X(l), 49, "ink");
      scale.text(X(l), 65, String(l), {"text-anchor": "middle"});
    }
    const grown = scale.path("unseen", 6);
    ui.each(({length}) => grown.setAttribute("d", `M24 42H${X(length)}`));
    const put = length => set({length: clamp(Math.round(length), train_length, longest)});
    ui.handle(scale, {
      label: "the length of the text, in tokens", tone: "ink", at: () => [X(s.length), 42],
      move: x => put(train_length + (x - 24) / room * (longest - train_length)), keys: (dx, dy) => put(s.length + dx + dy),
      ends: [() => set({length: train_length}), () => set({length: longest})],
      value: () => ({now: fixed(s.length, 0), min: train_length, max: longest, text: `${fixed(s.length, 0)} tokens`}),
    });
  },
};

export const render = context => stage(figure, context);
