// What do all live figures share? Numbers, a stage of panels, axes, dials, handles, a player, a bet.
//
// A figure is {state, numbers(s, f), sentence(s, f, n), build(ui, f), task(s, f, n, memory)} and, if
// it has them, `player` and `bet`: s are the values that move, f those that do not, n = numbers(s, f).

export const TAU = 2 * Math.PI;
export const DEGREES = 360 / TAU;

/** A number with fixed decimals and no minus zero, as rope_lessons.show writes it. */
export const fixed = (x, decimals = 3) => {
  const text = x.toFixed(decimals);
  return Number(text) === 0 ? text.replace("-", "") : text;
};
export const tuple = (xs, decimals = 3) => `(${xs.map(x => fixed(x, decimals)).join(", ")})`;
export const grouped = x => String(x).replace(/\B(?=(\d{3})+(?!\d))/g, ",");
export const clamp = (x, low, high) => Math.min(Math.max(x, low), high);
export const range = n => Array.from({length: n}, (_, i) => i);
export const wrap = degrees => degrees - 360 * Math.ceil((degrees - 180) / 360); // -180 < … <= 180

/** RoPE's speeds and its turn: see rope_lessons.rotary, to which tests hold them. */
export const invFreq = (headDim, base) => range(headDim / 2).map(j => base ** (-2 * j / headDim));
export const turn = ([x, y], a) => {
  const c = Math.cos(a), s = Math.sin(a);
  return [x * c - y * s, x * s + y * c];
};
export const dot = (a, b) => a[0] * b[0] + a[1] * b[1];

const SVG = "http://www.w3.org/2000/svg";
const element = (tag, attributes, parent, text) => {
  const made = tag in {div: 1, p: 1, button: 1, span: 1, style: 1}
    ? document.createElement(tag) : document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes ?? {})) made.setAttribute(name, value);
  if (text !== undefined) made.textContent = text;
  parent?.append(made);
  return made;
};

const STYLE = `
.rope { --q: #0072B2; --k: #D55E00; --fast: #CC79A7; --slow: #009E73; --trained: #56B4E9;
  --unseen: #E69F00; --ink: #222; --quiet: #5e5e5e; --faint: #bbb; --ground: #fff;
  --q-text: #00619a; --k-text: #a84a00; --fast-text: #9a4575; --slow-text: #00704f;
  --trained-text: #1d6a96; --unseen-text: #855b00;
  background: var(--ground); color: var(--ink); max-width: max(44em, min(72em, 100vh)); padding: 4px 8px; line-height: 1.5;
  font: 14px/1.5 var(--jp-ui-font-family, system-ui, sans-serif); box-sizing: border-box; }
:is([data-jp-theme-light="false"], .vscode-dark, [data-theme="dark"]) .rope { --q: #3d9fd8;
  --ink: #eee; --quiet: #b5b5b5; --faint: #666; --ground: var(--jp-layout-color0, #111);
  --k: #ef7f2e; --q-text: #7cc4ee; --k-text: #ff9d57; --fast-text: #e6a5c8; --slow-text: #4fcfa6;
  --trained-text: #8fd0f5; --unseen-text: #f5bd4d; }
.rope p { margin: 4px 0; max-width: 60em; } .rope .said { font-weight: 600; min-height: 1.5em; }
.rope .task { border-left: 3px solid var(--q); padding-left: 8px; font-weight: 600; }
.rope p.quiet { color: var(--quiet); } .rope .asked span { flex: 1 0 100%; }
.rope .panels { display: flex; flex-wrap: wrap; gap: 4px 12px; }
.rope svg { display: block; height: auto; min-width: 0; touch-action: pan-y; overflow: visible; }
.rope svg text { fill: var(--ink); font-size: 13px; } .rope svg text.quiet { fill: var(--quiet); }
.rope svg text.strong { font-weight: 600; }
.rope .handle { cursor: grab; touch-action: none; outline: none; }
.rope .handle:active { cursor: grabbing; } .rope .handle .hit { fill: transparent; }
.rope .handle .ring { fill: none; stroke: none; stroke-width: 2.5; }
.rope .handle:hover .ring { stroke: var(--faint); }
.rope .handle:focus-visible .ring { stroke: var(--ink); }
.rope .bar { display: flex; flex-wrap: wrap; gap: 6px; align-items: center; margin: 4px 0;
  position: relative; background: var(--ground); }
.rope button { font: inherit; color: var(--ink); background: transparent; cursor: pointer;
  border: 1px solid var(--quiet); border-radius: 4px; padding: 2px 10px; min-height: 30px; }
.rope button:focus-visible { outline: 2.5px solid var(--q); outline-offset: 1px; }
.rope .done { color: var(--slow-text); font-weight: 600; }
.rope .veil, .rope.covered .secret { visibility: hidden; }
.rope.covered .veil { visibility: visible; fill: var(--quiet); }
.rope [hidden] { display: none; }
.rope-live:has(> .rope-on, > * > .rope) > .rope-still { display: none; }
`;

const colour = name => (name.startsWith("#") ? name : `var(--${name})`);
const still = () => matchMedia("(prefers-reduced-motion: reduce)").matches;
const ease = t => t * t * (3 - 2 * t);

/** Draw a figure into an element and keep it and its model in step. Gives a way to take it off. */
export function render(figure, {model, el}) {
  const f = model.get("fixed"), words = model.get("words");
  const read = name => structuredClone(model.get(name));
  const s = Object.fromEntries(figure.state.map(name => [name, read(name)]));
  const begun = structuredClone(s), memory = {}, redraws = [];
  let n, waiting = 0, running = 0, playing = false, dirty = false, ours = false;

  const root = element("div", {class: "rope", role: "group", "aria-label": words.alt,
    "data-lm-suppress-shortcuts": "true"});
  element("style", {}, root, STYLE);
  const task = element("p", {class: "task"}, root);
  const tick = element("span", {class: "done", role: "status"}, task);
  element("span", {}, task, words.task);
  const asked = element("div", {class: "bar asked", hidden: ""}, root);
  const panels = element("div", {class: "panels"}, root);
  const bar = element("div", {class: "bar"}, root);
  const said = element("p", {class: "said", role: "status"}, root);
  element("p", {class: "quiet"}, root, words.caption);

  const covered = () => Boolean(figure.bet) && model.get("bet") === null && !model.get("shown")
    && figure.bet.revealed(s, f, begun);

  const frame = () => {
    waiting = 0;
    for (const redraw of redraws) redraw(s, n);
    const hidden = covered();
    root.classList.toggle("covered", hidden);
    const text = hidden ? "Covered: first set your bet, or choose “show anyway”."
      : figure.sentence(s, f, n);
    if (said.textContent !== text) said.textContent = text;
    tick.textContent = model.get("done") ? "✓ Done. " : "";
    if (dirty) model.save_changes();
    dirty = false;
  };
  /** After each change, and not only when it is drawn: two may come between two frames. What is only
   *  passed in a movement of its own is not done. */
  const changed = () => {
    n = figure.numbers(s, f);
    if (!running && !model.get("done") && !covered() && figure.task(s, f, n, memory)) {
      model.set("done", true);
      dirty = true;
    }
    waiting ||= requestAnimationFrame(frame);
  };

  const set = patch => {
    Object.assign(s, patch);
    ours = true;
    for (const name of Object.keys(patch)) model.set(name, structuredClone(s[name]));
    ours = false;
    dirty = true;
    changed();
  };
  const stop = () => {
    cancelAnimationFrame(running);
    clearTimeout(running);
    running = 0;
    said.setAttribute("aria-live", "polite");
  };
  /** Move on from here to there, eased; `make` turns a share from 0 to 1 into a patch. */
  const glide = (make, milliseconds, after) => {
    stop();
    if (still()) {
      set(make(1));
      after?.();
      return;
    }
    said.setAttribute("aria-live", "off");
    let start;
    const step = now => {
      start ??= now;
      const share = Math.min((now - start) / milliseconds, 1);
      set(make(ease(share)));
      if (share < 1) running = requestAnimationFrame(step);
      else {
        stop();
        changed();
        after?.();
      }
    };
    running = requestAnimationFrame(step);
  };

  const wide = matchMedia("(max-width: 600px)").matches ? 380 : 780;
  const ui = {
    s, set, wide, numbers: () => n,
    /** Call now and after each change: draw(s, n). */
    each: draw => redraws.push(draw),
    /** A picture of that size with room beside others where the page is wide enough. */
    panel(width, height, title) {
      const svg = element("svg", {viewBox: `0 0 ${width} ${height}`, role: "group",
        "aria-label": title, style: width === wide ? "flex: 1 1 100%" : `flex: 1 1 ${0.7 * width}px; max-width: ${1.35 * width}px`}, panels);
      element("text", {x: 4, y: 16, class: "strong"}, svg, title);
      const add = parent => ({
        svg: parent,
        line: (a, b, c, d, stroke, wide = 1, more) => element("line", {x1: a, y1: b, x2: c, y2: d,
          stroke: colour(stroke), "stroke-width": wide, ...more}, parent),
        circle: (x, y, r, more) => element("circle", {cx: x, cy: y, r, ...more}, parent),
        rect: (x, y, w, h, more) => element("rect", {x, y, width: w, height: h, ...more}, parent),
        path: (stroke, wide, more) => element("path", {fill: "none", stroke: colour(stroke),
          "stroke-width": wide, ...more}, parent),
        text: (x, y, text, more) => element("text", {x, y, ...more}, parent, text),
      });
      const layer = name => add(element("g", {class: name}, svg));
      return {...layer("drawn"), secret: layer("secret"), over: layer("over"), box: svg,
        veil: (x, y, text) => element("text", {x, y, class: "veil", "text-anchor": "middle"}, svg, text)};
    },
    /** Something to take hold of. at() in the panel's units; move(x, y) and keys(dx, dy) set. */
    handle(panel, {label, at, move, keys, value, ends, tone = "ink", size = 7, shown}) {
      const grip = element("g", {class: "handle", role: "slider", tabindex: 0, "aria-label": label},
        panel.over.svg);
      element("circle", {class: "hit", r: 20}, grip);
      element("circle", {class: "ring", r: size + 5}, grip);
      element("circle", {r: size, fill: colour(tone)}, grip);
      const place = event => {
        const point = new DOMPoint(event.clientX, event.clientY);
        const {x, y} = point.matrixTransform(panel.box.getScreenCTM().inverse());
        move(x, y);
      };
      grip.addEventListener("pointerdown", event => {
        halt();
        grip.setPointerCapture(event.pointerId);
        grip.focus();
        event.preventDefault();
      });
      grip.addEventListener("pointermove", event => {
        if (grip.hasPointerCapture(event.pointerId)) place(event);
      });
      const ways = {ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1],
        PageUp: [0, 10], PageDown: [0, -10]};
      grip.addEventListener("keydown", event => {
        const way = ways[event.key], large = event.shiftKey ? 10 : 1;
        const end = ends?.[["Home", "End"].indexOf(event.key)];
        if (!way && !end) return;
        halt();
        if (way) keys(large * way[0], large * way[1]);
        else end();
        event.preventDefault();
        event.stopPropagation();
      });
      redraws.push(() => {
        grip.toggleAttribute("hidden", Boolean(shown && !shown()));
        const [x, y] = at(), {now, min, max, text} = value();
        grip.setAttribute("transform", `translate(${x} ${y})`);
        const told = {"aria-valuenow": now, "aria-valuemin": min, "aria-valuemax": max,
          "aria-valuetext": text};
        for (const [name, it] of Object.entries(told)) {
          if (grip.getAttribute(name) !== String(it)) grip.setAttribute(name, it);
        }
      });
      return grip;
    },
    button(text, press, where = bar) {
      const made = element("button", {type: "button"}, where, text);
      made.addEventListener("click", press);
      return made;
    },
    /** The last places of something that moves by itself, as a fading line. */
    trace(panel, tone, at) {
      const line = panel.path(tone, 2.5, {opacity: 0.45}), points = [];
      redraws.push(() => {
        const [x, y] = at(), [a, b] = points.at(-1) ?? [x, y];
        if (!running || Math.hypot(x - a, y - b) > 60) points.length = 0; // no eye follows that
        points.push([x, y]);
        if (points.length > 40) points.shift();
        const places = points.map(place => place.map(x => x.toFixed(1)).join(" "));
        line.setAttribute("d", places.length > 1 ? `M${places.join("L")}` : "");
      });
    },
  };

  const halt = () => {
    playing = false;
    stop();
    if (play) play.textContent = "▶ play";
  };
  let play;
  if (figure.player) {
    const {name, low, high, jump, stride = 1} = figure.player(f, s);
    const step = by => {
      const from = s[name], to = clamp(stride * (Math.round(from / stride) + by), low, high);
      return {from, to, make: share => ({[name]: share === 1 ? to : from + share * (to - from)})};
    };
    const on = () => {
      const {from, to, make} = step(1);
      if (!playing || from === to) return halt();
      glide(make, 550, () => { running = setTimeout(on, still() ? 700 : 150); });
    };
    play = ui.button("▶ play", () => {
      if (playing) return halt();
      playing = true;
      play.textContent = "⏸ pause";
      on();
    });
    ui.button("step back", () => { halt(); glide(step(-1).make, 300); });
    ui.button("step", () => { halt(); glide(step(1).make, 300); });
    if (jump) ui.button(jump.text, () => {
      halt();
      const make = jump.make(structuredClone(s));
      glide(make, jump.milliseconds ?? 2500);
    });
  }
  ui.button("start again", () => { halt(); set(structuredClone(begun)); });

  figure.build(ui, f);
  if (figure.bet) bet();
  model.on("change", () => {
    if (ours) return;
    for (const name of figure.state) s[name] = read(name);
    changed();
  });
  changed();
  frame();
  el.classList.add("rope-on");
  el.replaceChildren(root);
  return () => { halt(); cancelAnimationFrame(waiting); };

  /** Ask for a place before it is shown. */
  function bet() {
    const {ask, start, place, read: from, step, min, max, unit, truth, there, panel, mark} = figure.bet;
    const guess = {value: model.get("bet") ?? start}, where = ui[panel];
    asked.hidden = false;
    const text = element("span", {}, asked, ask);
    const settle = patch => {
      for (const [name, value] of Object.entries(patch)) model.set(name, value);
      model.save_changes();
      changed();
    };
    const open = () => model.get("bet") === null && !model.get("shown");
    const buttons = [
      ui.button("That is my bet", () => settle({bet: guess.value}), asked),
      ui.button("show anyway", () => settle({shown: true}), asked),
    ];
    const line = where.over.path("quiet", 2, {"stroke-dasharray": "5 4"}); // under what is held
    const put = value => { guess.value = clamp(value, min, max); changed(); };
    ui.handle(where, {
      label: `your bet: ${ask}`, tone: "quiet", size: 6, shown: open,
      at: () => place(guess.value, ui, f), move: (x, y) => put(from(x, y, ui, f)),
      keys: (dx, dy) => put(guess.value + step * (dx + dy)),
      value: () => ({now: guess.value.toFixed(2), min, max, text: unit(guess.value)}),
    });
    let came = false;
    redraws.push(() => {
      for (const button of buttons) button.hidden = !open();
      line.setAttribute("d", model.get("shown") ? "" : mark(guess.value, ui, f));
      const mine = model.get("shown") ? "" : `You bet ${unit(guess.value)}. `;
      came ||= !open() && there(s, f);
      text.textContent = open() ? ask : mine + (came ? `It came to ${unit(truth(s, f))}.` : "Now let it move.");
    });
  }
}

/** A dial: from numbers to the panel's units and back. */
export const dial = (panel, x, y, radius, reach = 1) => {
  const scale = radius / reach;
  panel.line(x - radius, y, x + radius, y, "faint", 0.7);
  panel.line(x, y - radius, x, y + radius, "faint", 0.7);
  return {
    x, y, radius, scale,
    to: ([a, b]) => [x + scale * a, y - scale * b],
    from: (a, b) => [(a - x) / scale, (y - b) / scale],
    circle: r => panel.circle(x, y, r * scale, {fill: "none", stroke: "var(--faint)"}),
  };
};

/** An arrow from a dial's middle; gives a way to point it. */
export const arrow = (layer, on, tone, wide = 4) => {
  const shaft = layer.path(tone, wide, {"stroke-linecap": "round"});
  const head = layer.path(tone, 0, {style: `fill: ${colour(tone)}`});
  return tip => {
    const [x, y] = on.to(tip), length = Math.hypot(x - on.x, y - on.y) || 1;
    const u = [(x - on.x) / length, (y - on.y) / length], size = Math.min(3 * wide, length);
    const [a, b] = [x - size * u[0], y - size * u[1]], half = size / 2;
    shaft.setAttribute("d", `M${on.x} ${on.y}L${a} ${b}`);
    head.setAttribute("d", `M${x} ${y}L${a - half * u[1]} ${b + half * u[0]}L${a + half * u[1]} ${b - half * u[0]}Z`);
  };
};

/** The path of an arc on a dial, counter-clockwise from one angle to another (radians). */
export const arc = (on, r, from, to) => {
  const at = a => on.to([r * Math.cos(a), r * Math.sin(a)]).map(x => x.toFixed(2)).join(" ");
  const half = clamp(to - from, 0, TAU) / 2, size = r * on.scale; // in two, for a whole turn is none
  return `M${at(from)}${[1, 2].map(i => `A${size} ${size} 0 0 0 ${at(from + i * half)}`).join("")}`;
};

/** Two axes with ticks and labels; X, Y and their inverses. Ticks are [value, text] pairs. */
export const axes = (panel, {box, xlim, ylim, xlabel, ylabel, xticks = [], yticks = [], ylog}) => {
  const [left, top, right, bottom] = box;
  const up = ylog ? Math.log : x => x, down = ylog ? Math.exp : x => x;
  const X = x => left + (x - xlim[0]) / (xlim[1] - xlim[0]) * (right - left);
  const Y = y => bottom - (up(y) - up(ylim[0])) / (up(ylim[1]) - up(ylim[0])) * (bottom - top);
  panel.line(left, bottom, right, bottom, "ink");
  if (ylabel) panel.line(left, top, left, bottom, "ink");
  for (const [x, text] of xticks) {
    panel.line(X(x), bottom, X(x), bottom + 4, "ink");
    panel.text(X(x), bottom + 17, text, {"text-anchor": "middle"});
  }
  for (const [y, text] of yticks) {
    panel.line(left - 4, Y(y), left, Y(y), "ink");
    panel.text(left - 7, Y(y) + 4, text, {"text-anchor": "end"});
  }
  panel.text((left + right) / 2, bottom + 35, xlabel ?? "", {"text-anchor": "middle"});
  if (ylabel) panel.text(left, top - 8, ylabel, {"text-anchor": "start", class: "quiet"});
  return {
    X, Y, left, top, right, bottom,
    x: a => xlim[0] + (a - left) / (right - left) * (xlim[1] - xlim[0]),
    y: b => down(up(ylim[0]) + (bottom - b) / (bottom - top) * (up(ylim[1]) - up(ylim[0]))),
  };
};

/** A stretch of text, forty positions and a little more, paged on; tokens are handles on it. */
export const track = (ui, {label, tokens, extra = 0, high}) => {
  const reach = 40 + extra, end = ui.wide - 16, panel = ui.panel(ui.wide, 74, label);
  const X = (x, page) => 16 + (x - page) * (end - 16) / reach;
  const texts = range(5).map(i => panel.text(X(10 * i, 0), 70, "", {"text-anchor": "middle"}));
  panel.line(16, 44, end, 44, "ink");
  for (const i of range(reach + 1)) panel.line(X(i, 0), 44, X(i, 0), i % 10 ? 49 : 54, "ink");
  const page = () => 40 * Math.floor(Math.min(...tokens.map(t => t.get(ui.s))) / 40);
  let held = null;
  panel.box.addEventListener("pointerup", () => { held = null; });
  for (const {tone, text, get, put, low = 0, aside = () => 0} of tokens) {
    const shown = () => clamp(X(get(ui.s) + aside(ui.s), page()), 16, end);
    const to = x => put(clamp(Math.round(x), low, high));
    ui.handle(panel, {
      label: text, tone, at: () => [shown(), 44],
      move(x) {
        held ??= page();
        to(held + clamp((x - 16) * reach / (end - 16), 0, reach) - aside(ui.s));
      },
      keys: (dx, dy) => to(get(ui.s) + dx + dy),
      ends: [() => put(low), () => put(Math.min(40, high))],
      value() {
        const now = fixed(get(ui.s), 0);
        return {now, min: low, max: high, text: `position ${now}`};
      },
    });
    if (tone !== "quiet" && tokens.length > 1) {
      const letter = panel.text(0, 30, text.split(/[, ]/)[0], {"text-anchor": "middle", class: "strong"});
      ui.each(() => letter.setAttribute("x", shown()));
    }
  }
  ui.each(() => texts.forEach((t, i) => { t.textContent = grouped(page() + 10 * i); }));
  return panel;
};
