/** A piece of a line in one style. */
export interface Piece {
  text: string;
  style?: Style;
}

export type Style = keyof typeof STYLES;

const STYLES = {
  dim: 'fill="#8b949e"',
  bold: 'fill="#f0f6fc" font-weight="bold"',
  green: 'fill="#3fb950"',
  red: 'fill="#f85149"',
  yellow: 'fill="#d29922"',
};

const CHAR_WIDTH = 7.8;
const LINE_HEIGHT = 19;
const MARGIN = 20;
const BAR_HEIGHT = 36;
const FONT = "ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', 'Liberation Mono', monospace";

/**
 * Lines of a terminal as a picture: a dark card that reads well on any page. Every piece is given its width, so that
 * columns stand where they stood whichever font the reader has. Pure.
 */
export function svgCard(title: string, lines: Piece[][]): string {
  const columns = Math.max(...lines.map((line) => line.reduce((sum, { text }) => sum + lengthOf(text), 0)));
  const width = Math.ceil(columns * CHAR_WIDTH + 2 * MARGIN);
  const height = BAR_HEIGHT + lines.length * LINE_HEIGHT + MARGIN + 6;
  const dots = ['#ff5f57', '#febc2e', '#28c840'].map(
    (colour, index) => `<circle cx="${20 + index * 18}" cy="18" r="5.5" fill="${colour}"/>`,
  );
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">`,
    `<title>${escaped(title)}</title>`,
    `<rect x="0.5" y="0.5" width="${width - 1}" height="${height - 1}" rx="9" fill="#0d1117" stroke="#30363d"/>`,
    ...dots,
    `<g font-family="${FONT}" font-size="13" fill="#c9d1d9">`,
    `<text x="${width / 2}" y="22" text-anchor="middle" ${STYLES.dim}>${escaped(title)}</text>`,
    ...lines.flatMap((line, index) => lineTexts(line, BAR_HEIGHT + (index + 1) * LINE_HEIGHT)),
    '</g>',
    '</svg>',
    '',
  ].join('\n');
}

function lineTexts(line: Piece[], y: number): string[] {
  let column = 0;
  return line.flatMap(({ text, style }) => {
    const x = MARGIN + column * CHAR_WIDTH;
    column += lengthOf(text);
    if (text.trim() === '') return [];
    const attributes = style === undefined ? '' : ` ${STYLES[style]}`;
    const length = (lengthOf(text) * CHAR_WIDTH).toFixed(1);
    // Blanks at the ends of a piece would be lost, and its width shared among too few characters.
    const shown = escaped(text).replaceAll(' ', '\u00a0');
    return [`<text x="${x.toFixed(1)}" y="${y}" textLength="${length}"${attributes}>${shown}</text>`];
  });
}

function lengthOf(text: string): number {
  return [...text].length;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
