import { describe, expect, it } from '@jest/globals';
import { missingVariables } from '../../../src/spec/missing-variables.js';

function missing(text: string, environment: Record<string, string> = {}): string[] {
  return missingVariables([{ file: 'compose.yaml', text }], environment).map(
    ({ message, place }) => `${place?.line}:${place?.column} ${place?.path} ${message}`,
  );
}

describe('missingVariables', () => {
  it('finds all of them, each once, with place and words of the author', () => {
    const text = `services:
  db:
    image: "db:\${TAG?which one}"
    environment:
      # \${COMMENTED:?no}
      PASSWORD: \${DB_PASSWORD:?set it in .env}
      AGAIN: \${DB_PASSWORD:?again}
      LIST: [a, "x \${OTHER:?}"]
    command: |
      first
      second \${THIRD:?third}
`;
    expect(missing(text)).toEqual([
      '3:16 services.db.image the variable TAG is required and not set: which one',
      '6:17 services.db.environment.PASSWORD the variable DB_PASSWORD is required and not set: set it in .env',
      '8:20 services.db.environment.LIST the variable OTHER is required and not set',
      '11:14 services.db.command the variable THIRD is required and not set: third',
    ]);
    expect(missing(text, { TAG: '', DB_PASSWORD: '', OTHER: 'x', THIRD: 'x' })).toEqual([
      '6:17 services.db.environment.PASSWORD the variable DB_PASSWORD is required and empty: set it in .env',
    ]);
  });

  it.each([
    ['a $${NAME:?no}', {}],
    ['$NAME ${NAME} ${NAME:-x}', {}],
    ['${A:-${B:?inner}}', { A: 'set' }],
    ['${A:+${B:?inner}}', {}],
    ['${NAME-${B:?inner}}', { NAME: '' }],
    ['${1NAME:?x} $ ${ ${}', {}],
  ])('needs nothing for %s', (value, environment) => {
    expect(missing(`x: '${value}'`, environment)).toEqual([]);
  });

  it.each([
    ['${A:-${B:?inner}}', {}, 'B'],
    ['${A:+${B:?inner}}', { A: 'set' }, 'B'],
    ['$$$${X}${B:?a } b', {}, 'B'],
    ['${A:?nested ${X} message}${C}', {}, 'A'],
  ])('looks into %s', (value, environment, name) => {
    const found = missing(`x: '${value}'`, environment);
    expect(found).toHaveLength(1);
    expect(found[0]).toContain(`the variable ${name} is`);
  });
});
