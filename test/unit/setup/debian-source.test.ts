import { describe, expect, test } from '@jest/globals';
import {
  debianRelease,
  imageSourcesText,
  isAtLeast,
  parseSources,
  sourceText,
} from '../../../scripts/setup/debian-source.mjs';

const deb822 = `# the mirror of this network
Types: deb deb-src
URIs: http://mirror.example/debian/
Suites: bookworm bookworm-updates
Components: main contrib
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg

Types: deb
# security comes from elsewhere
URIs: http://security.example/debian-security
Suites: bookworm-security
Components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg

Enabled: no
Types: deb
URIs: http://mirror.example/debian/
Suites: trixie
Components: main
`;

const oneLine = `
deb [arch=amd64 signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] http://mirror.example/debian bookworm main # ours
deb http://mirror.example/debian bookworm-updates main
deb-src http://mirror.example/debian trixie main
# deb http://mirror.example/debian trixie main
`;

const deb822File = { name: 'debian.sources', text: deb822 };
const oneLineFile = { name: 'sources.list', text: oneLine };

describe('the machine’s own apt sources', () => {
  test('are read in both formats, disabled and source entries left out', () => {
    expect(parseSources([deb822File]).map(({ uri, suites }) => [uri, suites])).toEqual([
      ['http://mirror.example/debian/', ['bookworm', 'bookworm-updates']],
      ['http://security.example/debian-security', ['bookworm-security']],
    ]);
    expect(parseSources([oneLineFile])).toEqual([
      {
        uri: 'http://mirror.example/debian',
        suites: ['bookworm'],
        components: ['main'],
        options: { Architectures: 'amd64', 'Signed-By': '/usr/share/keyrings/debian-archive-keyring.gpg' },
      },
      { uri: 'http://mirror.example/debian', suites: ['bookworm-updates'], components: ['main'], options: {} },
    ]);
  });

  test('are only the files that apt reads', () => {
    expect(parseSources([{ ...deb822File, name: 'debian.sources.disabled' }])).toEqual([]);
  });

  test('tell the Debian release, also where others publish under its name', () => {
    const other =
      'deb http://packages.example/tools trixie main\ndeb http://packages.example/other cloud-trixie main\n';
    const entries = parseSources([
      { name: 'other.list', text: 'deb http://packages.example/x trixie main\n' },
      deb822File,
    ]);
    expect(debianRelease(entries)).toMatchObject({
      release: 'bookworm',
      entry: { uri: 'http://mirror.example/debian/' },
    });
    expect(debianRelease(parseSources([{ name: 'other.list', text: other }]))).toMatchObject({ release: 'trixie' });
    expect(
      debianRelease(parseSources([{ name: 'u.list', text: 'deb http://mirror.example/ubuntu noble main\n' }])),
    ).toBe(undefined);
  });
});

describe('sources derived from them', () => {
  const entryOf = (file: { name: string; text: string }) => {
    const own = debianRelease(parseSources([file]));
    if (!own) throw new Error('the fixture has a Debian release');
    return own.entry;
  };

  test('keep mirror and signature, and change the suite', () => {
    const expected = 'Types: deb\nURIs: http://mirror.example/debian/\nSuites: trixie\nComponents: main\n';
    expect(sourceText(entryOf(deb822File), 'trixie')).toBe(
      `${expected}Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg\n`,
    );
    expect(sourceText(entryOf(oneLineFile), 'trixie')).toContain('\nArchitectures: amd64\nSigned-By: /usr/share/');
  });

  test('keep a key that stands in the source itself', () => {
    const withKey =
      'Types: deb\nURIs: http://m.example/debian\nSuites: bookworm\nComponents: main\nSigned-By:\n -----BEGIN\n .\n abc\n';
    const text = sourceText(entryOf({ name: 'a.sources', text: withKey }), 'trixie');
    expect(text).toContain('Signed-By:\n -----BEGIN\n .\n abc\n');
    expect(parseSources([{ name: 'b.sources', text }])[0]?.options['Signed-By']).toBe('\n -----BEGIN\n .\n abc');
  });

  test('give an image the same mirrors, updates and security included', () => {
    expect(imageSourcesText(parseSources([deb822File]), 'bookworm')).toBe(
      [
        'deb http://mirror.example/debian/ bookworm main',
        'deb http://mirror.example/debian/ bookworm-updates main',
        'deb http://security.example/debian-security bookworm-security main',
        '',
      ].join('\n'),
    );
    expect(imageSourcesText([], 'bookworm')).toBe(undefined);
  });
});

test('releases are in order', () => {
  expect(isAtLeast('trixie', 'trixie')).toBe(true);
  expect(isAtLeast('forky', 'trixie')).toBe(true);
  expect(isAtLeast('bookworm', 'trixie')).toBe(false);
});
