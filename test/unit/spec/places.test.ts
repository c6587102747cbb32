import { describe, expect, it } from '@jest/globals';
import { findingText } from '../../../src/spec/finding.js';
import { findingsFrom, placeOf } from '../../../src/spec/places.js';

const BASE = {
  file: 'compose.yaml',
  text: `# a comment
x-common: &common
  restart: always
  x-evenkeel:
    health: { timeout: 5m }
x-evenkeel:
  groups:
    backend: [api, wrk]
services:
  api:
    <<: *common
    image: api
    ports:
      - "80:80"
      - "81:81"
  web: &web
    image: web
  other: *web
`,
};
const OVER = { file: 'over.yaml', text: 'services:\n  api:\n    image: !override other\n' };

describe('placeOf', () => {
  it.each([
    [['x-evenkeel', 'groups', 'backend'], 8, 5],
    [['x-evenkeel', 'groups', 'backend', 1], 8, 20],
    [['services', 'api', 'ports', 1], 15, 9],
    [['services', 'api', 'x-evenkeel', 'health', 'timeout'], 5, 15],
    [['services', 'other', 'image'], 17, 5],
    [['services', 'other'], 18, 3],
  ])('finds %j', (path, line, column) => {
    expect(placeOf([BASE], path)).toMatchObject({ file: 'compose.yaml', line, column });
  });

  it('takes the last file that has it', () => {
    expect(placeOf([BASE, OVER], ['services', 'api', 'image'])).toEqual({
      file: 'over.yaml',
      line: 3,
      column: 5,
      path: 'services.api.image',
    });
    expect(placeOf([BASE, OVER], ['services', 'web', 'image'])?.file).toBe('compose.yaml');
  });

  it('finds nothing where nothing is, nor in what is not YAML', () => {
    expect(placeOf([BASE], ['services', 'db'])).toBeUndefined();
    expect(placeOf([BASE], ['services', 'api', 'image', 'x'])).toBeUndefined();
    expect(
      placeOf(
        [
          { file: 'x', text: '{{{' },
          { file: 'y', text: '' },
        ],
        ['services'],
      ),
    ).toBeUndefined();
  });
});

describe('findingsFrom', () => {
  it('tells file, line and column, the path, and what was meant', () => {
    const path = ['services', 'api', 'x-evenkeel', 'helth'];
    const files = [{ file: 'compose.yaml', text: 'services:\n  api:\n    x-evenkeel:\n      helth: {}\n' }];
    const [finding] = findingsFrom([{ path, rule: 'unknown-key', message: 'no such key', nearest: 'health' }], files);
    expect(finding).toMatchObject({ rule: 'unknown-key', severity: 'error', service: 'api' });
    expect(findingText(finding!)).toBe(
      'compose.yaml:4:7 services.api.x-evenkeel.helth: no such key — did you mean health?',
    );
  });

  it('falls back to the nearest key around, and to the path alone', () => {
    const issue = { path: ['services', 'api', 'nope'], rule: 'invalid-value' as const, message: 'bad' };
    expect(findingsFrom([issue], [OVER])[0]?.place).toEqual({
      file: 'over.yaml',
      line: 2,
      column: 3,
      path: 'services.api.nope',
    });
    expect(findingsFrom([issue], [])[0]).toMatchObject({ message: 'services.api.nope: bad' });
  });
});
