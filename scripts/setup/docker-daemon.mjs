/** The running Docker Engine: found, or started here. */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, openSync, closeSync, readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { recordDockerd } from './manifest.mjs';
import { cacheDir, inCache } from './paths.mjs';
import { identityOf, stillLives } from './process-identity.mjs';
import { isRoot, lastLines, must, onPath, run } from './run.mjs';
import { CannotSetUp, doing, present } from './say.mjs';

const answersWithinMs = 60_000;

/** @returns {Promise<string | undefined>} the version of the engine that the docker client reaches, if any answers */
export async function engineVersion() {
  const { code, stdout } = await run('docker', ['version', '--format', '{{.Server.Version}}'], { timeoutMs: 10_000 });
  return code === 0 ? stdout.trim() : undefined;
}

/** Afterwards an engine answers. One that set-up starts outlives it, and ends with the machine or by --remove. */
export async function ensureDockerDaemon() {
  const running = await engineVersion();
  if (running) return present('Docker Engine', `${running} answers`);

  const host = process.env.DOCKER_HOST;
  if (host && host !== 'unix:///var/run/docker.sock') {
    throw new CannotSetUp(
      `DOCKER_HOST names ${withoutUser(host)}, and no engine answers there: start it, or unset DOCKER_HOST`,
    );
  }
  if (!isRoot()) {
    throw new CannotSetUp(
      'no Docker Engine answers. Start it (Docker Desktop, or `sudo systemctl start docker`); if it runs, you may lack ' +
        'the right to reach it: `sudo usermod -aG docker $USER`, then log in again',
    );
  }
  if (await hasSystemdUnit()) {
    doing('starting docker.service');
    await must('systemctl', ['start', 'docker']);
    return present('Docker Engine', `${await engineVersion()} started by systemd`);
  }
  present('Docker Engine', `${await startDetached()} started (log: ${inCache('dockerd.log')})`);
}

/** @param {string} host a DOCKER_HOST, which may be an ssh:// URL with a user name */
function withoutUser(host) {
  return host.replace(/\/\/[^/]*@/, '//');
}

async function hasSystemdUnit() {
  if (!existsSync('/run/systemd/system')) return false;
  return (await run('systemctl', ['cat', 'docker.service'])).code === 0;
}

/** @returns {Promise<string>} its version, as soon as it answers */
async function startDetached() {
  const dockerd = onPath('dockerd');
  if (!dockerd) throw new CannotSetUp('there is no dockerd on PATH to start: install Docker Engine');
  doing('starting dockerd');
  mkdirSync(cacheDir(), { recursive: true });
  const log = inCache('dockerd.log');
  const descriptor = openSync(log, 'w', 0o600);
  // A session of its own: neither the end of set-up nor a closed terminal reaches it.
  const child = spawn(dockerd, [], { detached: true, cwd: '/', stdio: ['ignore', descriptor, descriptor] });
  closeSync(descriptor);
  child.unref();
  const identity = child.pid === undefined ? undefined : await identityOf(child.pid);
  if (identity) recordDockerd({ ...identity, log });

  for (const deadline = Date.now() + answersWithinMs; Date.now() < deadline; await pause(200)) {
    const version = await engineVersion();
    if (version) return version;
    if (!identity || !(await stillLives(identity))) break;
  }
  const outcome = identity && (await stillLives(identity)) ? 'does not answer' : 'ended';
  throw new CannotSetUp(
    `dockerd ${outcome}. The end of its log (${log}):\n${lastLines(readFileSync(log, 'utf8'), 20)}`,
  );
}
