/** Compiles programs from the sources that Go's module proxy has. */
import { existsSync, rmSync } from 'node:fs';
import { install, mayInstall, refreshPackageLists } from './apt.mjs';
import { addReleaseIfTooOld } from './newer-debian.mjs';
import { inCache } from './paths.mjs';
import { must, onPath, run } from './run.mjs';
import { CannotSetUp, doing } from './say.mjs';

const compileMs = 20 * 60_000;
const clearMs = 5 * 60_000;

/**
 * Compiles one program; Go verifies every module against its checksum database. What Go keeps meanwhile (gigabytes) is
 * removed at the end, and used again after a compilation that was interrupted.
 *
 * @param {string} program with its version: <import path>@<version>
 * @param {{ into: string, linkerFlags: string, what: string }} options the folder for the program, which Go works in as well; what it is called
 * @throws {CannotSetUp} where there is no Go, or one that is too old, and none can be installed
 */
export async function compile(program, { into, linkerFlags, what }) {
  const go = await ensureGo();
  await refuseTooOld(go);
  doing(`compiling ${what} (about 4 minutes)`);
  const env = {
    ...goFolders(),
    GOBIN: into,
    GOTMPDIR: into,
    // Without cgo the program runs with any version of the C library.
    CGO_ENABLED: '0',
    // A Go that is older than the program asks for fetches the one that it needs.
    GOTOOLCHAIN: 'auto',
  };
  await must(go, ['install', '-trimpath', '-ldflags', linkerFlags, program], { env, timeoutMs: compileMs });
  await discardGoFolders();
}

/** Where Go keeps what it downloads and compiles, apart from what its user has. */
function goFolders() {
  return { GOPATH: inCache('go'), GOMODCACHE: inCache('go', 'modules'), GOCACHE: inCache('go', 'build') };
}

/** Afterwards nothing is left of what Go kept for a compilation. */
export async function discardGoFolders() {
  if (!existsSync(inCache('go'))) return;
  // Go itself clears its modules away, because it has made them read-only.
  const go = onPath('go');
  if (go) await run(go, ['clean', '-modcache'], { env: goFolders(), cwd: inCache('go'), timeoutMs: clearMs });
  rmSync(inCache('go'), { recursive: true, force: true });
}

/**
 * An older one does not know GOTOOLCHAIN, and would stop in the middle of a module that asks for a newer Go.
 *
 * @param {string} go
 */
async function refuseTooOld(go) {
  const said = (await must(go, ['version'])).trim();
  const [, major, minor] = /\bgo(\d+)\.(\d+)/.exec(said) ?? [];
  if (major === undefined || Number(major) > 1 || Number(minor) >= 21) return;
  throw new CannotSetUp(
    `${go} is go${major}.${minor}, and compiling asks for Go 1.21 or later: install a newer Go, or take this one out of PATH ` +
      'where set-up may install one itself',
  );
}

/** @returns {Promise<string>} the go command */
async function ensureGo() {
  const own = onPath('go');
  if (own) return own;
  if (!mayInstall()) throw new CannotSetUp('Go is not installed, so that it cannot be compiled either');
  const release = addReleaseIfTooOld();
  doing('installing Go');
  await refreshPackageLists();
  await install(['golang-go'], { release });
  const installed = onPath('go');
  if (!installed) throw new CannotSetUp('the package golang-go brought no `go` on PATH');
  return installed;
}
