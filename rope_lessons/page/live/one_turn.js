// One turn: its cosine and its sine, and an arrow that is turned by it.
import {DEGREES, TAU, arc, arrow, clamp, dial, fixed, render as stage, tuple, turn} from "./lib.js";

const radians = degrees => degrees / DEGREES;

export const figure = {
  state: ["degrees"],
  numbers({degrees}, {arrow: start}) {
    const [cosine, sine] = turn([1, 0], radians(degrees)), turned = turn(start, radians(degrees));
    return {cosine, sine, turned, length: Math.hypot(...turned), radians: radians(degrees)};
  },
  sentence: ({degrees}, {arrow: start}, {cosine, sine, turned, length, radians: angle}) =>
    `the turn: ${fixed(degrees, 0)}° = ${fixed(angle, 2)} rad; cosine ${fixed(cosine)}, sine ${fixed(sine)}; `
    + `${tuple(start, 2)} turns to ${tuple(turned, 2)}, length ${fixed(length, 2)}`,
  task: (s, f, {turned, length}) => Math.abs(turned[0]) < 0.02 * length,
  player: () => ({
    name: "degrees", low: 0, high: 720, stride: 15,
    jump: {text: "to 45°", milliseconds: 1200, make: from => share => ({degrees: from.degrees + (45 - from.degrees) * share})},
  }),
  bet: {
    ask: "A turn by 90° lifts the point to height 1. How high does half of it, 45°, lift it? Move the dashed line.",
    panel: "round", start: 0.2, step: 0.02, min: 0, max: 1,
    unit: x => fixed(x, 2), truth: (s, f) => figure.numbers({degrees: 45}, f).sine,
    revealed: ({degrees}) => degrees % 90 !== 0, there: ({degrees}) => Math.abs(degrees - 45) < 0.5,
    place: (v, {circle}) => circle.to([1.35, v]), read: (x, y, {circle}) => circle.from(x, y)[1],
    mark: (v, {circle}) => `M${circle.to([-1.35, v]).join(" ")}L${circle.to([1.35, v]).join(" ")}`,
  },
  build(ui, {arrow: start}) {
    const {s, set} = ui, degreesOf = (a, b) => (Math.atan2(b, a) * DEGREES + 360) % 360;
    const near = to => s.degrees + ((to - s.degrees) % 360 + 540) % 360 - 180; // whole turns kept
    const put = degrees => set({degrees: clamp(degrees, 0, 720)});
    const value = () => ({now: fixed(s.degrees, 0), min: 0, max: 720, text: `${fixed(s.degrees, 0)} degrees`});
    const left = ui.round = ui.panel(380, 310, "the turn, on a circle of radius 1");
    const circle = ui.circle = dial(left, 190, 175, 118);
    circle.circle(1);
    const hidden = left.secret, across = hidden.path("quiet", 6), up = hidden.path("ink", 6), swept = hidden.path("q", 2);
    const told = [hidden.text(0, 0, "", {"text-anchor": "middle", style: "fill: var(--quiet)"}), hidden.text(0, 0, "")];
    left.veil(190, 307, "covered until you bet");
    ui.trace(hidden, "ink", () => circle.to([ui.numbers().cosine, ui.numbers().sine]));
    const point = () => circle.to([ui.numbers().cosine, ui.numbers().sine]);
    const opening = figure.numbers({degrees: 90}, {arrow: start}), hide = () => left.box.closest(".covered");
    ui.handle(left, {label: "the turn", at: () => (hide() ? circle.to([0, 1]) : point()), value,
      move: (x, y) => put(near(degreesOf(...circle.from(x, y)))), keys: (dx, dy) => put(s.degrees + dy - dx),
      ends: [() => set({degrees: 0}), () => set({degrees: 360})]});
    const right = ui.panel(380, 310, "the arrow"), reach = Math.hypot(...start), plane = dial(right, 190, 175, 118, reach);
    plane.circle(reach);
    arrow(right, plane, "faint")(start);
    const turned = arrow(right.secret, plane, "q"), tip = right.secret.text(0, 0, "", {class: "strong", style: "fill: var(--q-text)"});
    right.veil(190, 307, "covered until you bet");
    const begun = degreesOf(...start);
    ui.handle(right, {label: "the arrow", tone: "q", at: () => plane.to(hide() ? opening.turned : ui.numbers().turned), value,
      move: (x, y) => put(near(degreesOf(...plane.from(x, y)) - begun)), keys: (dx, dy) => put(s.degrees + dy - dx)});
    const narrow = ui.wide < 400, below = ui.panel(ui.wide, narrow ? 92 : 56, "three ways to write it");
    const lines = [16, 290, 540].map((x, i) => below.secret.text(narrow ? 16 : x, narrow ? 40 + 22 * i : 42, ""));
    below.veil(ui.wide / 2, 42, "covered until you bet");
    ui.each((_, n) => {
      const [x, y] = circle.to([n.cosine, n.sine]);
      across.setAttribute("d", `M${circle.x} ${circle.y}H${x}`);
      up.setAttribute("d", `M${x} ${circle.y}V${y}`);
      swept.setAttribute("d", arc(circle, 0.25, 0, Math.min(n.radians, TAU)));
      told[0].textContent = `cos ${fixed(n.cosine, 2)}`;
      told[0].setAttribute("x", (circle.x + x) / 2);
      told[0].setAttribute("y", circle.y + (n.sine > -0.01 ? 20 : -10));
      told[1].textContent = `sin ${fixed(n.sine, 2)}`;
      told[1].setAttribute("x", x + (n.cosine > -0.01 ? 12 : -12));
      told[1].setAttribute("text-anchor", n.cosine > -0.01 ? "start" : "end");
      told[1].setAttribute("y", (circle.y + y) / 2 + 4);
      turned(n.turned);
      const [a, b] = plane.to(n.turned.map(v => 1.08 * v));
      tip.textContent = tuple(n.turned, 2);
      tip.setAttribute("x", a);
      tip.setAttribute("y", b + (n.turned[1] > 0 ? 0 : 12));
      tip.setAttribute("text-anchor", n.turned[0] > 0 ? "start" : "end");
      const c = fixed(n.cosine, 2), d = fixed(n.sine, 2), minus = fixed(-n.sine, 2);
      lines[0].textContent = `matrix [[${c}, ${minus}], [${d}, ${c}]]`;
      lines[1].textContent = `(${c}x − ${d}y, ${d}x + ${c}y)`;
      lines[2].textContent = `(x + iy) · (${c} + i · ${d})`;
    });
  },
};

export const render = context => stage(figure, context);
