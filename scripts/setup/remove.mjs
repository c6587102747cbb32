/** Takes back what set-up put on this machine. Packages stay: others may have come to need them. */
import { existsSync, rmSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { discardRootfs } from './debian-rootfs.mjs';
import { discardGoFolders } from './go-compile.mjs';
import { ourImages } from './list.mjs';
import { readManifest } from './manifest.mjs';
import { cacheDir } from './paths.mjs';
import { stillLives } from './process-identity.mjs';
import { lastLines, run } from './run.mjs';
import { present, warn } from './say.mjs';
import { shopEnvFile } from './shop-env.mjs';

const dockerdEndsWithinMs = 60_000;

/** Afterwards our images, our apt files, the dockerd that set-up started and the cache folder are gone. */
export async function remove() {
  const manifest = readManifest();
  for (const { name } of await ourImages()) {
    const { code, stderr } = await run('docker', ['image', 'rm', name]);
    if (code === 0) present('image removed', name);
    else warn(`image ${name} stays`, lastLines(stderr, 1));
  }
  if (manifest.dockerd) await stopDockerd(manifest.dockerd);
  for (const file of manifest.files.filter((written) => existsSync(written))) {
    rmSync(file);
    present('file removed', file);
  }
  // What a set-up that was killed left in it, and what no plain removal is good for.
  await discardRootfs();
  await discardGoFolders();
  rmSync(cacheDir(), { recursive: true, force: true });
  present('cache folder removed', cacheDir());

  const added = manifest.packages.filter(({ from }) => from === undefined).map(({ name }) => name);
  if (added.length > 0)
    warn('packages stay', `to remove those that set-up installed: apt-get purge ${added.join(' ')}`);
  if (manifest.dockerd) warn('/var/lib/docker stays', 'it holds the volumes of whatever ran here');
  if (existsSync(shopEnvFile)) warn(`${shopEnvFile} stays`, "it holds the passwords of the example's volumes");
}

/** @param {import('./manifest.mjs').StartedDaemon} dockerd */
async function stopDockerd(dockerd) {
  if (!(await stillLives(dockerd))) return;
  process.kill(dockerd.pid, 'SIGTERM');
  for (const deadline = Date.now() + dockerdEndsWithinMs; Date.now() < deadline; await pause(200)) {
    if (!(await stillLives(dockerd))) return present('dockerd stopped', `pid ${dockerd.pid}`);
  }
  warn(`dockerd (pid ${dockerd.pid}) has not ended yet`, 'it got SIGTERM, and is left to finish');
}
