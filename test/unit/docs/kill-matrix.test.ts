import { readFileSync } from 'node:fs';
import { expect, it } from '@jest/globals';

const FIGURE = /\d+ of \d+ survived/g;
const read = (file: string): string => readFileSync(new URL(`../../../${file}`, import.meta.url), 'utf8');

it('the README tells the figure of the grid that is published', () => {
  const [published] = read('docs/kill-matrix.md').match(FIGURE) ?? [];
  expect(published).toBeDefined();
  expect(read('README.md').match(FIGURE)).toEqual([published]);
});
