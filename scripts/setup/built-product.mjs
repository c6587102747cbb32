/** The compiled product in dist/. */
import path from 'node:path';
import { repositoryDir } from './paths.mjs';
import { must } from './run.mjs';
import { present } from './say.mjs';

const buildMs = 10 * 60_000;

/** Afterwards dist/ is built from the sources as they are; the build itself does nothing where that is so already. */
export async function ensureBuiltProduct() {
  await must(process.execPath, [path.join(repositoryDir, 'scripts', 'build.mjs')], {
    cwd: repositoryDir,
    timeoutMs: buildMs,
    show: true,
  });
  present('build', 'dist/ is up to date');
}
