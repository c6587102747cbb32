import { describe, expect, it } from '@jest/globals';
import { appleDoubleFinding } from '../../../src/spec/apple-double.js';
import { composeFailure } from '../../../src/spec/compose-says.js';
import { composeWarnings } from '../../../src/spec/compose-warnings.js';
import { namedValues, writtenValues } from '../../../src/spec/named-values.js';
import { placeholderSecrets } from '../../../src/spec/placeholder-secrets.js';

const file = (text: string) => [{ file: 'compose.yaml', text }];

describe('placeholderSecrets', () => {
  const keys = (environment: Record<string, unknown>): string[] =>
    placeholderSecrets({ services: { api: { environment } } }).map(({ message }) => message.split(' ')[0]!);

  it.each([
    'change_me',
    'changeme',
    'CHANGE_ME_IN_PRODUCTION',
    'please-change-it',
    'password',
    'secret',
    'your-key-here',
    'xxx',
    'example',
    'todo',
    '<token>',
    'secret123',
  ])('knows %s', (value) => expect(keys({ API_KEY: value })).toEqual(['API_KEY']));

  it('looks into URLs', () => {
    expect(keys({ DATABASE_URL: 'postgres://shop:changeme@db/shop' })).toEqual(['DATABASE_URL']);
  });

  it('leaves real values and other names alone', () => {
    expect(
      keys({
        API_KEY: 'k9X-real',
        MODE: 'example',
        HOST_AUTH_METHOD: 'password',
        DB_PASSWORD_FILE: '/x',
        TOKEN: null,
        URL: 'http://example.org',
      }),
    ).toEqual([]);
  });

  it('names service, key and place, never the value', () => {
    const [finding] = placeholderSecrets(
      { services: { api: { environment: { API_KEY: 'changeme' } } } },
      file('services:\n  api:\n    environment:\n      API_KEY: changeme\n'),
    );
    expect(finding).toMatchObject({
      rule: 'placeholder-secret',
      severity: 'warning',
      service: 'api',
      place: { line: 4, column: 7 },
    });
    expect(JSON.stringify(finding)).not.toContain('changeme');
  });
});

describe('composeFailure', () => {
  it('finds the place that Compose speaks of', () => {
    const files = file('services:\n  a:\n    image: x\n    prots: [1]\n    depends_on: [b]\n');
    expect(
      composeFailure('validating /srv/x/compose.yaml: services.a Additional property prots is not allowed', files, []),
    ).toEqual([
      {
        rule: 'compose-invalid',
        severity: 'error',
        message: 'Compose refuses the project: services.a Additional property prots is not allowed',
        service: 'a',
        place: { file: 'compose.yaml', line: 4, column: 5, path: 'services.a.prots' },
      },
    ]);
    const undefinedService =
      'time="x" level=warning msg="y"\nservice "a" depends on undefined service "b": invalid compose project';
    expect(composeFailure(undefinedService, files, [])[0]).toMatchObject({
      message: 'Compose refuses the project: service "a" depends on undefined service "b"',
      place: { line: 5, column: 5 },
    });
  });

  it('says where a file is not YAML', () => {
    const [finding] = composeFailure(
      'yaml: line 1: did not find expected key',
      file('services:\n  a:\n    image: x\n   ports: [1]\n'),
      [],
    );
    expect(finding).toMatchObject({ rule: 'invalid-yaml', place: { file: 'compose.yaml', line: 4 } });
  });

  it('does not repeat that a variable is missing', () => {
    const said = 'error while interpolating services.a.image: required variable X is missing a value: why';
    const found = { rule: 'variable-missing', severity: 'error' as const, message: 'X' };
    expect(composeFailure(said, [], [found])).toEqual([]);
    expect(composeFailure(said, [], [])).toHaveLength(1);
  });
});

describe('composeWarnings', () => {
  const unset = (name: string): string => `The "${name}" variable is not set. Defaulting to a blank string.`;

  it('finds where a variable is used that is not set', () => {
    const files = file('services:\n  a:\n    image: "$$NAME ${NAMED} ${NAME}"\n    user: $USER_ID\n');
    expect(composeWarnings([unset('NAME'), unset('USER_ID'), 'other', 'other'], files, [])).toMatchObject([
      { rule: 'variable-unset', message: expect.stringContaining('NAME'), place: { line: 3, column: 29 } },
      { rule: 'variable-unset', message: expect.stringContaining('USER_ID'), place: { line: 4, column: 11 } },
      { rule: 'compose-warning', message: 'other' },
    ]);
  });

  it('does not repeat what may be a part of a password', () => {
    const files = file('x:\n  PASSWORD: ab$sentinel\n');
    const envFiles = [{ file: '.env', text: '# $other\nA=1\nexport DB=x$other\nPASSWORD=$hidden\n' }];
    const found = composeWarnings(
      [unset('sentinel'), unset('other'), unset('hidden'), unset('third')],
      files,
      envFiles,
    );
    expect(found).toMatchObject([
      { place: { file: 'compose.yaml', line: 2, column: 15 }, remedy: expect.stringContaining('write $$') },
      { place: { file: '.env', line: 3, column: 12, path: 'DB' }, remedy: expect.stringContaining('single quotes') },
      { place: { file: '.env', line: 4, path: 'PASSWORD' } },
      { message: expect.stringContaining('is not set') },
    ]);
    expect(JSON.stringify(found)).not.toMatch(/sentinel|\$other|hidden|third/);
  });
});

describe('namedValues', () => {
  it('gathers what a file gives to names', () => {
    const service = {
      environment: { A: 'a$$b', N: null },
      labels: { l: 'm' },
      build: { args: { B: 'b' } },
      command: ['redis-server', '--requirepass', 'hunter'],
      healthcheck: { test: ['CMD-SHELL', 'cli --password "pw" ping'] },
    };
    expect(namedValues({ services: { x: service }, configs: { c: { content: 'text' } } })).toEqual([
      ['A', 'a$b'],
      ['N', ''],
      ['l', 'm'],
      ['B', 'b'],
      ['--requirepass', 'hunter'],
      ['--password', 'pw'],
      ['secret', 'text'],
    ]);
  });

  it('knows what a command hands over, whatever the shell says next', () => {
    const test = ['CMD-SHELL', 'PGPASSWORD=pw psql || cli --token tok; cli --api-key=own'];
    expect(namedValues({ services: { x: { healthcheck: { test } } } })).toEqual([
      ['PGPASSWORD', 'pw'],
      ['--token', 'tok;'],
      ['--token', 'tok'],
      ['--api-key', 'own'],
    ]);
  });

  it('reads a file as written, with the defaults of its variables', () => {
    expect(writtenValues('services:\n  a:\n    environment: ["K=v=w", "P=${PASS:-hunter}"]\n')).toEqual(
      expect.arrayContaining([
        ['PASS', 'hunter'],
        ['K', 'v=w'],
      ]),
    );
    expect(writtenValues('{{{')).toEqual([]);
  });
});

describe('appleDoubleFinding', () => {
  it('counts them, and says how to remove them', () => {
    expect(appleDoubleFinding({ context: '/x', services: ['a'], count: 0, atLeast: true })).toEqual([]);
    expect(
      appleDoubleFinding({ context: "/srv/it's", services: ['api', 'web'], count: 2, atLeast: false }),
    ).toMatchObject([
      {
        rule: 'apple-double',
        severity: 'warning',
        message: expect.stringMatching(/^2 AppleDouble files .* of api, web/),
        remedy: String.raw`find '/srv/it'\''s' -name '._*' -type f -delete`,
      },
    ]);
  });
});
