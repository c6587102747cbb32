import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
// @ts-expect-error plain JavaScript, run by what runs the tests
import { partsOf, writeParts } from '../../scripts/unit-parts.mjs';

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
  it('are folders with what is below them, and small folders together', () => {
    tests('.', 'arrows');
    tests('docker', 'a', 'b', 'c', 'd');
    tests('docker/deep', 'e');
    tests('host', 'f', 'g');
    writeFileSync(path.join(folder, 'docker', 'support.ts'), '');
    expect(partsOf(folder)).toEqual({
      docker: ['a', 'b', 'c', 'd', 'deep/e'].map((name) => `docker/${name}.test.ts`),
      few: ['arrows.test.ts', 'host/f.test.ts', 'host/g.test.ts'],
    });
  });

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
    expect(readdirSync(target)).toEqual(['few.test.mjs']);
    expect(readFileSync(path.join(target, 'few.test.mjs'), 'utf8')).toContain('["a.test.ts"]');
  });
});
