/**
 * Makes the README's picture from a recording of the demo: one of its deployments, and the table at the end.
 *
 *     npm run --silent demo > recording.txt && node dist/scripts/demo/picture.js recording.txt docs/demo.svg
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type Piece, type Style, svgCard } from './svg-card.js';

/** The act that is shown: nothing but the twin tells that its release is bad. */
const PICTURED = 4;
/** Longer lines are cut. */
const COLUMNS = 108;
/** Where the recording's machine kept its things means nothing to a reader. */
const LEFT_OUT = /^(▶|folder |look |deploying |Each run left)/;

const MARKS: Record<string, Style> = { '✓': 'green', '✗': 'red', '↩': 'yellow', '–': 'dim', $: 'dim' };
const OUTCOMES: Record<string, Style> = { succeeded: 'green', 'rolled-back': 'red', rejected: 'yellow' };

/** The lines that the picture shows, plain. Throws when the recording is none of a whole demo. */
function linesToShow(recording: string): string[] {
  const act = recording.split(/^── Act /m).find((text) => text.startsWith(`${PICTURED} `));
  const [, ending] = recording.split('\nWhat happened');
  if (act === undefined || ending === undefined) throw new Error('this is no recording of a whole demo');
  const deployment = act.slice(act.indexOf('\n$ ') + 1).trimEnd();
  const table = ending.trimStart().split('\n').slice(1);
  const rows = table.slice(table.findIndex((line) => line.startsWith('ACT ')));
  const end = rows.findIndex((line) => line.trim() === '');
  return [...deployment.split('\n').filter((line) => !LEFT_OUT.test(line)), '', ...rows.slice(0, end)].map(cut);
}

function cut(line: string): string {
  const characters = [...line];
  return characters.length > COLUMNS ? `${characters.slice(0, COLUMNS - 1).join('')}…` : line;
}

/** A line with the colours that a terminal would have shown. */
function painted(line: string): Piece[] {
  if (line.startsWith('ACT ')) return [{ text: line, style: 'dim' }];
  if (line.startsWith('$ '))
    return [
      { text: '$ ', style: 'dim' },
      { text: line.slice(2), style: 'bold' },
    ];
  const mark = MARKS[line[0] ?? ''];
  if (mark) return [{ text: line[0]!, style: mark }, ...paintedWords(line.slice(1))];
  return paintedWords(line);
}

/** How long something took is dim, and outcomes have their colours. */
function paintedWords(text: string): Piece[] {
  return text.split(/(\(\d[\dms.]*s\)|\bsucceeded\b|\brolled-back\b|\brejected\b|^ +\|)/).map((piece) => {
    const style = OUTCOMES[piece] ?? (/^\(|^ +\|$/.test(piece) ? ('dim' as const) : undefined);
    return style ? { text: piece, style } : { text: piece };
  });
}

const [recordingFile, pictureFile] = process.argv.slice(2);
if (!recordingFile || !pictureFile) {
  console.error('usage: node dist/scripts/demo/picture.js <recording of the demo> <picture>.svg');
  process.exit(2);
}
const lines = linesToShow(await readFile(recordingFile, 'utf8'));
await mkdir(path.dirname(pictureFile), { recursive: true });
await writeFile(
  pictureFile,
  svgCard('a release whose health stays green, and what Evenkeel makes of it', lines.map(painted)),
);
