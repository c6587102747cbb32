#!/usr/bin/env node
/** The command line; everything it does is compiled into dist/. */
import { existsSync } from 'node:fs';

const compiled = new URL('../dist/src/cli/main.js', import.meta.url);
if (!existsSync(compiled)) {
  process.stderr.write('evenkeel: it has not been built yet\n  → npm run setup\n');
  process.exit(1);
}

// Whoever read the output may have seen enough: `evenkeel stack list | head -1`.
process.stdout.on('error', (error) => process.exit(error.code === 'EPIPE' ? 0 : 1));

const { main } = await import(compiled.href);
const exitCode = await main(process.argv.slice(2), {
  env: process.env,
  cwd: process.cwd(),
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
});
// A pipe takes its time; what is still open besides the streams does not matter any more.
await Promise.all([process.stdout, process.stderr].map((stream) => new Promise((done) => stream.write('', done))));
process.exit(exitCode);
