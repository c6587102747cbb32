import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
// @ts-expect-error plain JavaScript, run by what runs the tests
import { PARTS, partsOf, writeParts } from '../../scripts/unit-parts.mjs';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'ek-parts-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function tests(place: string, ...names: string[]): void {
  mkdirSync(path.join(folder, place), { recursive: true });
  for (const name of names) writeFileSync(path.join(folder, place, `${name}.test.ts`), '');
}

describe('parts of the unit tests', () => {
  it('are alike in size, with every file in one of them', () => {
    const names = Array.from({ length: 2 * PARTS }, (_, index) => `t${String(index).padStart(3, '0')}`);
    tests('docker', ...names.slice(1));
    tests('.', names[0]!);
    writeFileSync(path.join(folder, 'docker', 'support.ts'), '');
    const parts: Record<string, string[]> = partsOf(folder);
    expect(Object.keys(parts)).toHaveLength(PARTS);
    expect(new Set(Object.values(parts).map((files) => files.length))).toEqual(new Set([2]));
    expect(Object.values(parts).flat().sort()).toEqual(
      names.map((name, index) => `${index === 0 ? '' : 'docker/'}${name}.test.ts`).sort(),
    );
  });

  it.each(['await it;\n'.repeat(100), 'await eventually(it);'])(
    'are alike in how much their tests wait for',
    (waits) => {
      tests('docker', ...Array.from({ length: PARTS * 2 }, (_, index) => `brief${index}`));
      writeFileSync(path.join(folder, 'docker', 'at-length.test.ts'), waits);
      const parts: string[][] = Object.values(partsOf(folder));
      expect(parts).toContainEqual(['docker/at-length.test.ts']);
      expect(parts).toHaveLength(PARTS);
    },
  );

  it('leave a file alone that says what other modules are', () => {
    tests('docker', 'a', 'b', 'c', 'd', 'e');
    const mocks = "jest.unstable_mockModule('x', () => ({}));";
    writeFileSync(path.join(folder, 'docker', 'b.test.ts'), mocks);
    writeFileSync(path.join(folder, 'docker', 'c.test.ts'), `await ${mocks}`);
    expect(partsOf(folder)).toMatchObject({ 'docker-b': ['docker/b.test.ts'], 'docker-c': ['docker/c.test.ts'] });
  });

  it('are written anew, so that none stays whose files are gone', () => {
    tests('tests', 'a');
    const target = path.join(folder, 'parts');
    mkdirSync(target);
    writeFileSync(path.join(target, 'gone.test.mjs'), '');
    writeParts(path.join(folder, 'tests'), target);
    expect(readdirSync(target)).toEqual(['0.test.mjs']);
    expect(readFileSync(path.join(target, '0.test.mjs'), 'utf8')).toContain('["a.test.ts"]');
  });
});
