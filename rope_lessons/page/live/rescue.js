// What dividing positions does: arcs fold back, neighbours close up.
import {DEGREES, arc, arrow, clamp, dial, fixed, invFreq, range, render as stage, turn} from "./lib.js";

export const figure = {
  state: ["scale"],
  numbers({scale}, {head_dim, base, slow, fast, train_length, length}) {
    const speeds = invFreq(head_dim, base), scaled = speeds.map(speed => speed / scale);
    const trained = (train_length - 1) * speeds[slow] * DEGREES, reached = (length - 1) * scaled[slow] * DEGREES;
    return {
      trained, reached, unseen: Math.max(reached - trained, 0),
      step: scaled[fast] * DEGREES, drop: 1 - Math.cos(scaled[fast]),
    };
  },
  sentence: ({scale}, {slow, fast}, {trained, reached, unseen, step, drop}) =>
    `positions divided by ${fixed(scale, 2)}: pair ${slow} turns to ${fixed(reached, 0)}°, trained to ${fixed(trained, 0)}° `
    + `(${fixed(unseen, 0)}° never met); pair ${fast}: neighbours ${fixed(step, 1)}° apart, the score drops by ${fixed(drop, 2)}`,
  task: ({scale}, f, {unseen}) => unseen < 0.1 && scale < 2.1,
  player: () => ({
    name: "scale", low: 1, high: 8, stride: 0.25,
    jump: {text: "to s = 2", milliseconds: 1800, make: from => share => ({scale: from.scale + share * (2 - from.scale)})},
  }),
  bet: {
    ask: "Divide every position by 2. Where will the slow pair's farthest arrow end? Turn the dashed line.",
    panel: "slowly", start: 60, step: 1, min: 0, max: 359, unit: x => `${fixed(x, 0)}°`,
    truth: (s, f) => figure.numbers({scale: 2}, f).reached, revealed: ({scale}) => scale > 1, there: ({scale}) => scale >= 2,
    place: (v, {round}) => round.to(turn([1.2, 0], v / DEGREES)),
    read: (x, y, {round}) => { const [a, b] = round.from(x, y); return (Math.atan2(b, a) * DEGREES + 360) % 360; },
    mark: (v, {round}) => `M${round.x} ${round.y}L${round.to(turn([1.2, 0], v / DEGREES)).join(" ")}`,
  },
  build(ui, {slow, fast, train_length, length}) {
    const {s, set} = ui;
    const left = ui.slowly = ui.panel(380, 320, `pair ${slow}, slow: how far it turns`);
    const round = ui.round = dial(left, 190, 176, 120);
    round.circle(1);
    const met = left.path("trained", 16), fresh = left.secret.path("unseen", 16), end = arrow(left.secret, round, "slow");
    left.text(8, 40, `trained: ${train_length}`, {class: "strong", style: "fill: var(--trained-text)"});
    left.secret.text(8, 58, "never met", {class: "strong", style: "fill: var(--unseen-text)"});
    left.veil(190, 316, "covered until you bet");
    const right = ui.panel(380, 320, `pair ${fast}, fast: two neighbours`), near = dial(right, 190, 176, 120);
    near.circle(1);
    const gap = right.secret.path("faint", 8), here = arrow(right, near, "ink"), next = arrow(right.secret, near, "fast");
    const told = right.secret.text(190, 316, "", {"text-anchor": "middle"});
    right.veil(190, 316, "covered until you bet");
    here([1, 0]);
    ui.each((_, n) => {
      const known = n.trained / DEGREES, far = n.reached / DEGREES, step = n.step / DEGREES;
      met.setAttribute("d", arc(round, 0.8, 0, known));
      fresh.setAttribute("d", far > known ? arc(round, 0.8, known, far) : "");
      end(turn([0.95, 0], far));
      gap.setAttribute("d", arc(near, 0.4, 0, step));
      next(turn([1, 0], step));
      told.textContent = `${fixed(n.step, 1)}° apart; the score drops by ${fixed(n.drop, 2)}`;
    });
    const scale = ui.panel(ui.wide, 70, `every position divided by s, of ${length}`), room = ui.wide - 48;
    const X = v => 24 + (v - 1) / 7 * room;
    scale.line(24, 42, X(8), 42, "ink");
    for (const v of range(8)) {
      scale.line(X(v + 1), 42, X(v + 1), 49, "ink");
      scale.text(X(v + 1), 65, String(v + 1), {"text-anchor": "middle"});
    }
    const put = v => set({scale: clamp(Math.round(20 * v) / 20, 1, 8)});
    ui.handle(scale, {
      label: "s, what positions are divided by", at: () => [X(s.scale), 42], move: x => put(1 + (x - 24) / room * 7),
      keys: (dx, dy) => put(s.scale + 0.05 * (dx + dy)), ends: [() => set({scale: 1}), () => set({scale: 8})],
      value: () => ({now: fixed(s.scale, 2), min: 1, max: 8, text: fixed(s.scale, 2)}),
    });
  },
};

export const render = context => stage(figure, context);
