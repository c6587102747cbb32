import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from '@jest/globals';

const cli = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../../src/cli');
const IMPORT = /^(?:import|export)\s+(?!type\s)[^;]*?from\s+'([^']+)'/gms;

/** What each file imports: most are read on the way to many. */
const imports = new Map<string, string[]>();

function importsOf(file: string): string[] {
  const known = imports.get(file);
  if (known) return known;
  const targets = [...readFileSync(file, 'utf8').matchAll(IMPORT)].map(([, target = '']) => target);
  imports.set(file, targets);
  return targets;
}

/** Everything that is loaded with a file: files of ours, and packages. */
function loadedWith(file: string, loaded = new Set<string>()): Set<string> {
  if (loaded.has(file)) return loaded;
  loaded.add(file);
  for (const target of importsOf(file)) {
    if (target.startsWith('.')) loadedWith(sourceOf(path.resolve(path.dirname(file), target)), loaded);
    else loaded.add(target);
  }
  return loaded;
}

function sourceOf(compiled: string): string {
  const source = compiled.replace(/\.js$/, '.ts');
  return existsSync(source) ? source : `${source}x`;
}

const HEAVY = ['@observablehq/plot', 'linkedom', 'preact', 'preact-render-to-string'];
const heavyOf = (file: string) => HEAVY.filter((name) => loadedWith(file).has(name));

it.each(readdirSync(path.join(cli, 'verbs')))('no verb is slowed down by what draws charts: %s', (verb) => {
  expect(heavyOf(path.join(cli, 'verbs', verb))).toEqual([]);
});

it('it is loaded with the page that has them, and with nothing before', () => {
  expect(heavyOf(path.join(cli, 'main.ts'))).toEqual([]);
  expect(heavyOf(path.resolve(cli, '../report/page/report-page.tsx'))).toEqual(
    expect.arrayContaining(['@observablehq/plot', 'linkedom', 'preact-render-to-string']),
  );
});

it('a completion comes before the next letter: it loads neither Temporal, nor Docker, nor a schema', () => {
  const files = ['main.ts', 'verbs/completion.ts', 'completion/stack-meant.ts'].map((file) => path.join(cli, file));
  const packages = files.flatMap((file) => [...loadedWith(file)].filter((each) => !path.isAbsolute(each)));
  const besidesNode = packages.filter((each) => !each.startsWith('node:'));
  expect([...new Set(besidesNode)].sort()).toEqual(['commander', 'picocolors']);
});
