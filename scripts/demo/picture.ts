/**
 * Makes the README's picture from a recording of the demo: the deployment of its last act, and the table at the end.
 *
 *     npm run --silent demo > recording.txt && node dist/scripts/demo/picture.js recording.txt docs/demo.svg
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type Piece, type Style, svgCard } from './svg-card.js';

/** Longer lines are cut. */
const COLUMNS = 108;
/** Where the recording's machine kept its things means nothing to a reader. */
const LEFT_OUT = /^(▶|folder |look |deploying |Each run left)/;

const MARKS: Record<string, Style> = { '✓': 'green', '✗': 'red', '↩': 'yellow', '–': 'dim', $: 'dim' };
const OUTCOMES: Record<string, Style> = { succeeded: 'green', 'rolled-back': 'red' };

/** The lines that the picture shows, plain. Throws when the recording is none of a whole demo. */
function linesToShow(recording: string): string[] {
  const [, lastAct = ''] = recording.split('── Act 3');
  const [deployment, ending] = lastAct
    .slice(Math.max(0, lastAct.indexOf('$ evenkeel deploy')))
    .split('\nWhat happened');
  if (!deployment?.startsWith('$ ') || ending === undefined) throw new Error('this is no recording of a whole demo');
  const table = ending.split('\n').slice(2, 6);
  return [...deployment.split('\n').filter((line) => !LEFT_OUT.test(line)), ...table].map(cut);
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
  return text.split(/(\(\d[\dms.]*s\)|\bsucceeded\b|\brolled-back\b|^ +\|)/).map((piece) => {
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
  svgCard('a release that crash-loops, and what Evenkeel does about it', lines.map(painted)),
);
