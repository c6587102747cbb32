/**
 * Compiles the product into dist/ and bundles the workflows beside it. Does nothing when no source has changed since
 * the last build, so that set-up can call it every time.
 */
import { createHash } from 'node:crypto';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const stampFile = path.join(root, 'dist', 'build.stamp');
const sources = ['src', 'workflows', 'activities', 'scripts', 'test/support', 'tsconfig.json', 'package-lock.json'];

/** @param {string} place file or folder below the root; yields every file in it, sorted */
function* filesBelow(place) {
  const full = path.join(root, place);
  if (!existsSync(full)) return;
  if (statSync(full).isFile()) return yield place;
  for (const name of readdirSync(full).sort()) yield* filesBelow(path.join(place, name));
}

function stampOfSources() {
  const hash = createHash('sha256');
  for (const place of sources) {
    for (const file of filesBelow(place)) {
      hash
        .update(file)
        .update('\0')
        .update(readFileSync(path.join(root, file)))
        .update('\0');
    }
  }
  return hash.digest('hex');
}

const stamp = stampOfSources();
if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp) process.exit(0);

mkdirSync(path.join(root, 'dist'), { recursive: true });
rmSync(stampFile, { force: true });
const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');
const compiled = spawnSync(process.execPath, [tsc, '-p', path.join(root, 'scripts', 'tsconfig.build.json')], {
  stdio: 'inherit',
});
if (compiled.status !== 0) process.exit(compiled.status ?? 1);

const { bundleWorkflows } = await import(pathToFileURL(path.join(root, 'dist/src/worker/bundle-workflows.js')).href);
await bundleWorkflows(path.join(root, 'dist/workflow-bundle.js'));
writeFileSync(stampFile, stamp);
