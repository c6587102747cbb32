/**
 * The files of test/unit in a few parts, each of which is one file to Jest. To Jest every file is a world of its own, into which
 * it loads itself, the SDKs and the product anew; for most files that takes far longer than their tests. So many files
 * share one. What each says to Jest is kept apart by `test/support/file-as-block.mjs`.
 */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import path from 'node:path';

/** As many as are run at once: two more than there are processors, as many tests wait. */
export const PARTS = availableParallelism() + 2;

/** Whether a file says what other modules are: then it shares its modules with nobody. */
export function isAlone(source) {
  return /^\s*(await\s+)?jest\.unstable_mockModule\(/m.test(source);
}

/** About how long the tests of a file take, to compare: what takes time is waited for, and what takes more of it is polled. */
function weightOf(source) {
  const counts = [/\bawait\b/g, /\bawait eventually\(/g].map((wait) => source.match(wait)?.length ?? 0);
  return 1 + counts[0] + 10 * counts[1];
}

/** The names of parts, each with its files, relative to `folder`: as much in one as in another. */
export function partsOf(folder) {
  const files = readdirSync(folder, { recursive: true }).map((file) => String(file).split(path.sep).join('/'));
  const tests = files
    .filter((file) => file.endsWith('.test.ts'))
    .sort()
    .map((file) => ({ file, source: readFileSync(path.join(folder, file), 'utf8') }));
  const alone = tests.filter(({ source }) => isAlone(source));
  const shared = tests.filter(({ source }) => !isAlone(source));
  const parts = Array.from({ length: PARTS }, () => ({ weight: 0, files: [] }));
  for (const { file, source } of shared.sort((a, b) => weightOf(b.source) - weightOf(a.source))) {
    const lightest = parts.reduce((least, part) => (part.weight < least.weight ? part : least));
    lightest.weight += weightOf(source);
    lightest.files.push(file);
  }
  return Object.fromEntries([
    ...parts.map(({ files }, index) => [`${index}`, files.sort()]).filter(([, files]) => files.length > 0),
    ...alone.map(({ file }) => [file.replace(/\.test\.ts$/, '').replaceAll('/', '-'), [file]]),
  ]);
}

/** Writes a file for each part of `tests` into `target`, which then holds nothing else. A file that cannot be loaded fails by itself. */
export function writeParts(tests, target) {
  rmSync(target, { recursive: true, force: true });
  mkdirSync(target, { recursive: true });
  const from = path.relative(target, tests).split(path.sep).join('/');
  for (const [name, files] of Object.entries(partsOf(tests))) {
    const text = `import { it } from '@jest/globals';
for (const file of ${JSON.stringify(files)})
  await import('${from}/' + file).catch((error) => it(file + ' is loaded', () => Promise.reject(error)));
`;
    writeFileSync(path.join(target, `${name}.test.mjs`), text);
  }
}
