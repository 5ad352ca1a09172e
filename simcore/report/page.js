"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  if (!data.axes.length) return;
  const [quantity, along, lines] = ["quantity", "along", "lines"].map((id) => document.getElementById(id));
  const colours = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#b07b00", "#3182ad", "#000000", "#6b6b6b"];
  const dashes = ["", "6 2", "2 2", "8 2 2 2", "4 1", "10 3", "2 4", "8 2 1 2"];
  const option = (value, text) => Object.assign(document.createElement("option"), { value, textContent: text });
  data.quantities.forEach((one, k) => quantity.append(option(k, one.label)));
  data.axes.forEach((axis, k) => along.append(option(k, axis.label)));
  lines.append(option(-1, "none"));
  data.axes.forEach((axis, k) => lines.append(option(k, axis.label)));
  const reach = data.axes.map((axis) => axis.numeric * axis.values.length);
  along.value = reach.indexOf(Math.max(...reach));
  lines.value = data.axes.length > 1 ? data.axes.findIndex((_, k) => k !== +along.value) : -1;
  const made = (name, attributes, parent) => {
    const node = document.createElementNS("http://www.w3.org/2000/svg", name);
    for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
    if (parent) parent.append(node);
    return node;
  };
  const text = (parent, x, y, words, anchor = "middle") => {
    made("text", { x, y, "text-anchor": anchor, fill: "#1a1a1a" }, parent).textContent = words;
  };
  const short = (value) => String(+(+value).toPrecision(3));
  const ticks = (low, high) => {
    const raw = (high - low) / 5, power = 10 ** Math.floor(Math.log10(raw));
    const step = [1, 2, 5, 10].map((k) => k * power).find((s) => s >= raw * 0.999);
    const found = [];
    for (let t = Math.ceil(low / step - 1e-9) * step; t <= high + step * 1e-9; t += step) found.push(t);
    return found;
  };
  const others = document.getElementById("others");
  const isGrid = data.axes.reduce((number, axis) => number * axis.values.length, 1) <= 2 * data.points.length;
  const offer = () => {  // of a grid, a choice for each axis that is neither along nor tells the lines apart
    others.replaceChildren(...data.axes.flatMap((axis, k) => {
      if (!isGrid || k === +along.value || k === +lines.value) return [];
      const label = document.createElement("label"), choice = document.createElement("select");
      axis.values.forEach((value, j) => choice.append(option(j, value)));
      choice.append(option(-1, "all"));
      choice.dataset.axis = k;
      choice.addEventListener("change", draw);
      label.append(`${axis.label} `, choice);
      return [label];
    }));
    draw();
  };
  const draw = () => {
    const q = +quantity.value, axis = data.axes[+along.value], by = +lines.value === +along.value ? -1 : +lines.value;
    const only = [...others.querySelectorAll("select")].filter((choice) => +choice.value >= 0);
    const place = (point) => axis.numeric ? point.at[axis.path] : point.places[+along.value];
    const groups = new Map();
    for (const point of data.points) {
      if (point.numbers[q][0] === null || point.at[axis.path] === null) continue;
      if (only.some((choice) => point.places[+choice.dataset.axis] !== +choice.value)) continue;
      const line = by < 0 ? -1 : point.places[by] ?? -1;
      groups.set(line, [...(groups.get(line) ?? []), point]);
    }
    const shown = [...groups.values()].flat();
    const svg = made("svg", { viewBox: "0 0 760 420", role: "img", "aria-label":
      `${data.quantities[q].label} along ${axis.label}` });
    document.getElementById("chart").replaceChildren(svg);
    if (!shown.length) { text(svg, 380, 200, "no point has this number"); return; }
    const xs = shown.map(place), ys = shown.flatMap((point) => [...point.numbers[q], point.theory[q]]).filter((y) => y !== null);
    let [x0, x1, y0, y1] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
    y0 = y0 > 0 && y1 - y0 < y1 / 2 ? y0 - (y1 - y0) / 10 : Math.min(0, y0);  // far from 0, only where it varies
    const margin = axis.numeric ? (x1 - x0) / 30 : 0.5;
    [x0, x1] = [x0 - margin, x1 + margin];
    if (x0 === x1) { x0 -= 1; x1 += 1; }
    if (y0 === y1) y1 = y0 + 1;
    const X = (x) => 70 + (x - x0) / (x1 - x0) * 500, Y = (y) => 360 - (y - y0) / (y1 - y0) * 330;
    for (const y of ticks(y0, y1)) {
      made("line", { x1: 70, x2: 570, y1: Y(y), y2: Y(y), stroke: "#dddddd" }, svg);
      text(svg, 62, Y(y) + 4, short(y), "end");
    }
    const marks = axis.numeric ? ticks(x0, x1).map((x) => [x, short(x)]) : axis.values.map((value, k) => [k, value]);
    for (const [x, words] of marks) if (x >= x0 && x <= x1) text(svg, X(x), 380, words);
    made("path", { d: "M70 30V360H570", fill: "none", stroke: "#1a1a1a" }, svg);
    text(svg, 320, 405, axis.label);
    text(svg, 70, 20, data.quantities[q].label, "start");
    [...groups].sort((a, b) => a[0] - b[0]).forEach(([line, points], k) => {
      const name = line < 0 ? "" : data.axes[by].values[line];
      const colour = colours[k % 8], sorted = [...points].sort((a, b) => place(a) - place(b));
      const path = (pick) => sorted.filter((point) => pick(point) !== null).map((point, i) =>
        `${i ? "L" : "M"}${X(place(point))} ${Y(pick(point))}`).join("");
      const joined = axis.numeric && new Set(sorted.map(place)).size === sorted.length;
      if (joined) made("path", { d: path((point) => point.numbers[q][0]), fill: "none", stroke: colour,
        "stroke-dasharray": dashes[k % 8] }, svg);
      if (joined) made("path", { d: path((point) => point.theory[q]), fill: "none", stroke: "#777777",
        "stroke-dasharray": "1 3" }, svg);
      for (const point of sorted) {
        const [y, low, high] = point.numbers[q], x = X(place(point));
        if (low !== null) made("line", { x1: x, x2: x, y1: Y(low), y2: Y(high), stroke: colour }, svg);
        const setting = Object.entries(point.at).filter(([, value]) => value !== null)
          .map(([path, value]) => `${path} = ${value}`).join(", ");
        const words = `${setting}: ${short(y)}` + (low === null ? "" : ` [${short(low)}, ${short(high)}]`) +
          (point.theory[q] === null ? "" : `, theory ${short(point.theory[q])}`) +
          `; ${point.replicates} replicates. simcore replay DIR --point ${point.id} --replicate 0`;
        const dot = made("circle", { cx: x, cy: Y(y), r: 4.5, fill: colour, tabindex: 0, role: "img", "aria-label": words }, svg);
        made("title", {}, dot).textContent = words;
        for (const event of ["mouseenter", "focus"])
          dot.addEventListener(event, () => { document.getElementById("said").textContent = words; });
      }
      if (name && k < 16) {
        made("circle", { cx: 590, cy: 40 + 20 * k, r: 4.5, fill: colour }, svg);
        text(svg, 602, 44 + 20 * k, name.length > 24 ? name.slice(0, 23) + "…" : name, "start");
      }
    });
  };
  quantity.addEventListener("change", draw);
  let before = along.value;
  along.addEventListener("change", () => {
    if (lines.value === along.value) lines.value = before;  // each axis in one place
    before = along.value;
    offer();
  });
  lines.addEventListener("change", offer);
  document.getElementById("explore").hidden = false;
  offer();
})();
