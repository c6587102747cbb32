/** The Temporal CLI, which carries the dev server: from PATH, from the cache, downloaded, or compiled. */
import { chmodSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { download, verify } from './download.mjs';
import { compile } from './go-compile.mjs';
import { inCache, temporalCliPath } from './paths.mjs';
import { isExecutable, must, onPath, run } from './run.mjs';
import { CannotSetUp, doing, present, warn } from './say.mjs';

const version = '1.5.1';
const releases = `https://github.com/temporalio/cli/releases/download/v${version}`;

/** Afterwards a Temporal CLI is on PATH or at temporalCliPath(). */
export async function ensureTemporalCli() {
  const own = onPath('temporal');
  if (own) return present('Temporal CLI', own);
  const ours = temporalCliPath();
  if (isExecutable(ours) && (await isRightVersion(ours))) return present('Temporal CLI', `${version} (${ours})`);

  mkdirSync(path.dirname(ours), { recursive: true });
  const folder = inCache('temporal-cli');
  // A set-up that was killed left it.
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
  try {
    const fetched = await inOrder([() => downloadTo(folder), () => compileTo(folder)]);
    if (!(await isRightVersion(fetched))) throw new CannotSetUp(`the new Temporal CLI does not say version ${version}`);
    renameSync(fetched, ours);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  present('Temporal CLI', `${version} installed (${ours})`);
}

/** @param {string} file */
async function isRightVersion(file) {
  const { code, stdout } = await run(file, ['--version']);
  return code === 0 && stdout.includes(`version ${version} `);
}

/**
 * @param {(() => Promise<string>)[]} ways
 * @returns {Promise<string>} what the first way that works gives
 */
async function inOrder(ways) {
  const reasons = [];
  for (const way of ways) {
    try {
      return await way();
    } catch (error) {
      if (!(error instanceof CannotSetUp)) throw error;
      reasons.push(error.message);
      warn('Temporal CLI', error.message);
    }
  }
  throw new CannotSetUp(
    `install the Temporal CLI ${version} so that \`temporal\` is on PATH, or install Go and run set-up again`,
  );
}

/** @param {string} folder @returns {Promise<string>} the unpacked program, its archive verified */
async function downloadTo(folder) {
  const architecture = { x64: 'amd64', arm64: 'arm64' }[process.arch];
  if (!architecture || !['linux', 'darwin'].includes(process.platform)) {
    throw new CannotSetUp(`there is no release archive for ${process.platform}/${process.arch}`);
  }
  const name = `temporal_cli_${version}_${process.platform}_${architecture}.tar.gz`;
  doing(`downloading the Temporal CLI ${version}`);
  const checksums = await download(`${releases}/checksums.txt`);
  const archive = await download(`${releases}/${name}`);
  verify(archive, name, checksums.toString('utf8'));
  writeFileSync(path.join(folder, name), archive);
  await must('tar', ['-xzf', path.join(folder, name), '-C', folder, 'temporal']);
  chmodSync(path.join(folder, 'temporal'), 0o755);
  return path.join(folder, 'temporal');
}

/** @param {string} folder @returns {Promise<string>} the compiled program */
async function compileTo(folder) {
  await compile(`github.com/temporalio/cli/cmd/temporal@v${version}`, {
    into: folder,
    linkerFlags: `-s -w -X github.com/temporalio/cli/temporalcli.Version=${version}`,
    what: `the Temporal CLI ${version}`,
  });
  return path.join(folder, 'temporal');
}
