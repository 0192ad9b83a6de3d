/** Draws curves as an SVG: panels beside each other, a logarithmic axis to the right, CPU time upwards from zero. */

/** A curve: what it is, and its points from left to right. */
export interface Curve {
  readonly name: string;
  readonly points: readonly { readonly x: number; readonly y: number }[];
}

/** One panel. */
export interface Panel {
  readonly title: string;
  readonly xLabel: string;
  readonly yLabel: string;
  readonly curves: readonly Curve[];
}

const WIDTH = 460;
const HEIGHT = 300;
const MARGIN = { left: 56, right: 20, top: 40, bottom: 64 };
const COLUMNS = 2;
const COLOURS = ['#0969da', '#8c959f', '#bc4c00'];

/** The text of an SVG file with these panels. */
export function plot(panels: readonly Panel[]): string {
  const rows = Math.ceil(panels.length / COLUMNS);
  const drawn = panels.map((panel, index) => {
    const [column, row] = [index % COLUMNS, Math.floor(index / COLUMNS)];
    return `<g transform="translate(${column * WIDTH} ${row * HEIGHT})">${draw(panel)}</g>`;
  });
  const [width, height] = [COLUMNS * WIDTH, rows * HEIGHT];
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="system-ui, sans-serif" font-size="12">
<title>Growth curves</title>
<rect width="${width}" height="${height}" fill="#fff"/>
${drawn.join('\n')}
</svg>
`;
}

function draw({ title, xLabel, yLabel, curves }: Panel): string {
  const points = curves.flatMap((curve) => curve.points);
  // A zero on a logarithmic axis stands one step left of the smallest value.
  const positive = points.map(({ x }) => x).filter((x) => x > 0);
  const place = (x: number) => Math.log10(x > 0 ? x : Math.min(...positive) / 4);
  const [left, right] = [Math.min(...points.map(({ x }) => place(x))), Math.max(...points.map(({ x }) => place(x)))];
  const top = ceiling(Math.max(...points.map(({ y }) => y)));
  const across = (x: number) =>
    MARGIN.left + ((place(x) - left) / (right - left)) * (WIDTH - MARGIN.left - MARGIN.right);
  const up = (y: number) => HEIGHT - MARGIN.bottom - (y / top) * (HEIGHT - MARGIN.top - MARGIN.bottom);
  const base = HEIGHT - MARGIN.bottom;
  const xs = [...new Set(points.map(({ x }) => x))].sort((a, b) => a - b);
  return [
    text(MARGIN.left, 20, title, 'font-weight="600"'),
    text(MARGIN.left, 34, yLabel, 'fill="#59636e" font-size="11"'),
    ...[0, 0.25, 0.5, 0.75, 1].flatMap((share) => [
      line(MARGIN.left, up(top * share), WIDTH - MARGIN.right, up(top * share), '#d1d9e0'),
      text(MARGIN.left - 6, up(top * share) + 4, String(top * share), 'text-anchor="end" fill="#59636e"'),
    ]),
    ...xs.map((x) => text(across(x), base + 16, short(x), 'text-anchor="middle" fill="#59636e"')),
    text((MARGIN.left + WIDTH - MARGIN.right) / 2, base + 32, xLabel, 'text-anchor="middle" fill="#59636e"'),
    ...curves.flatMap((curve, index) => {
      const colour = COLOURS[index % COLOURS.length];
      const path = curve.points.map(({ x, y }) => `${across(x).toFixed(1)},${up(y).toFixed(1)}`);
      return [
        `<polyline points="${path.join(' ')}" fill="none" stroke="${colour}" stroke-width="2"/>`,
        ...path.map(
          (point) => `<circle cx="${point.split(',')[0]}" cy="${point.split(',')[1]}" r="3" fill="${colour}"/>`,
        ),
        text(MARGIN.left + index * 150, HEIGHT - 12, `● ${curve.name}`, `fill="${colour}"`),
      ];
    }),
  ].join('\n');
}

/** A round number that is not below `value`. */
function ceiling(value: number): number {
  const step = 10 ** Math.floor(Math.log10(value));
  return ([1, 2, 4, 8, 10].find((times) => times * step >= value) ?? 10) * step;
}

function short(value: number): string {
  if (value >= 1e6) return `${value / 1e6}M`;
  return value >= 1e3 ? `${value / 1e3}k` : String(value);
}

function text(x: number, y: number, content: string, attributes: string): string {
  return `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" ${attributes}>${content}</text>`;
}

function line(x1: number, y1: number, x2: number, y2: number, colour: string): string {
  return `<line x1="${x1}" y1="${y1.toFixed(1)}" x2="${x2}" y2="${y2.toFixed(1)}" stroke="${colour}"/>`;
}
