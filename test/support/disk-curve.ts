import type { DiskUse } from './release-series.js';

/** What was taken up once so many deployments were over. */
export interface DiskPoint extends DiskUse {
  deployment: number;
}

const MB = 1_000_000;

/** The curve as a page: of the first ones each, then every tenth, and the last. `keep` is how many releases one can go back to. */
export function diskCurvePage(curve: DiskPoint[], { keep, day }: { keep: number; day: string }): string {
  const last = curve.at(-1)!.deployment;
  const shown = curve.filter(
    ({ deployment }) => deployment <= keep + 3 || deployment % 10 === 0 || deployment === last,
  );
  return [
    `# ${last} deployments in a row`,
    '',
    'Each builds an image with a layer of 4.2 MB of its own, and is recorded as a release; one can go back to the last',
    `${keep} (\`releases.keep\`). In MB (1,000,000 bytes). Images, with what they have beyond their base, records of releases and`,
    'evidence of runs are those of the stack; layers and build cache are all that the engine has, other work on it',
    'included, and the cache is capped (`releases.build_cache`) at 67 MB above what it held before.',
    '',
    `Afterwards the last ${keep} releases came back one after the other, with builder and registry out of reach. Written by`,
    `\`npm run test:hundred\`, ${day}.`,
    '',
    ...table(
      ['deployments', 'images', 'images, MB', 'records, MB', 'evidence, MB', 'layers, MB', 'build cache, MB'],
      shown.map(({ deployment, images, imageBytes, releaseBytes, runBytes, engineBytes, cacheBytes }) => [
        ...[`${deployment}`, `${images}`],
        ...[imageBytes, releaseBytes, runBytes, engineBytes, cacheBytes].map((bytes) => (bytes / MB).toFixed(1)),
      ]),
    ),
    '',
  ].join('\n');
}

function table(heads: string[], rows: string[][]): string[] {
  const widths = heads.map((head, index) => Math.max(head.length, ...rows.map((row) => row[index]!.length)));
  const line = (cells: string[]): string =>
    `| ${cells.map((cell, index) => cell.padStart(widths[index]!)).join(' | ')} |`;
  return [line(heads), `| ${widths.map((width) => `${'-'.repeat(width - 1)}:`).join(' | ')} |`, ...rows.map(line)];
}
