import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { transformSync } from '@swc/core';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');

/**
 * Runs a module of the product in a Node process of its own, which a test may then kill. `script` is JavaScript; it
 * finds the product's modules below `./src/`. Its standard output is piped, its errors go to the test's.
 */
export function otherProcess(folder: string, modules: string[], script: string): ChildProcess {
  const done = new Set<string>();
  for (const module of modules) compile(module, folder, done);
  writeFileSync(path.join(folder, 'package.json'), '{"type":"module"}');
  writeFileSync(path.join(folder, 'script.js'), script);
  return spawn(process.execPath, ['script.js'], { cwd: folder, stdio: ['ignore', 'pipe', 'inherit'] });
}

/** Compiles one source file and all that it imports by relative paths, each to the same place below `folder`. */
function compile(source: string, folder: string, done: Set<string>): void {
  if (done.has(source)) return;
  done.add(source);
  const { code } = transformSync(readFileSync(path.join(root, source), 'utf8'), {
    jsc: { target: 'es2022', parser: { syntax: 'typescript' } },
    module: { type: 'es6' },
  });
  const target = path.join(folder, source.replace(/\.ts$/, '.js'));
  mkdirSync(path.dirname(target), { recursive: true });
  writeFileSync(target, code);
  for (const [, imported] of code.matchAll(/from ['"](\.{1,2}\/[^'"]+)\.js['"]/g)) {
    compile(path.join(path.dirname(source), `${imported}.ts`), folder, done);
  }
}
