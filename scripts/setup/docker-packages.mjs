/** Docker Engine, Compose v2 and buildx, as programs on this machine. The running engine is docker-daemon's matter. */
import { install, isOffered, isPackageInstalled, mayInstall, refreshPackageLists } from './apt.mjs';
import { addReleaseIfTooOld } from './newer-debian.mjs';
import { onPath, run } from './run.mjs';
import { CannotSetUp, doing, present } from './say.mjs';

const composeAtLeast = '2.24.4';

/**
 * Afterwards `docker compose` and `docker buildx` work, and there is an engine: one that answers, or one to start.
 *
 * @param {boolean} engineAnswers
 */
export async function ensureDockerPackages(engineAnswers) {
  const found = await look(engineAnswers);
  if (found.missing.length === 0) return tell(found, 'present');

  await installMissing(found.missing);
  const now = await look(engineAnswers);
  if (now.missing.length > 0) {
    throw new CannotSetUp(
      `${now.missing.join(' and ')} still missing after the installation: ${onPath('docker')} may be another ` +
        'client that does not look in /usr/libexec/docker/cli-plugins; remove it, or link the plugins into its folder',
    );
  }
  tell(now, 'installed');
}

/** @param {boolean} engineAnswers */
async function look(engineAnswers) {
  const [compose, buildx] = await Promise.all([
    run('docker', ['compose', 'version', '--short']),
    run('docker', ['buildx', 'version']),
  ]);
  const composeVersion = compose.code === 0 ? compose.stdout.trim() : undefined;
  const missing = [];
  if (!onPath('docker') || !(engineAnswers || onPath('dockerd'))) missing.push('Docker Engine');
  if (!composeVersion || !isVersionAtLeast(composeVersion, composeAtLeast)) missing.push(`Compose ${composeAtLeast}`);
  if (buildx.code !== 0) missing.push('buildx');
  return { missing, composeVersion, buildxVersion: buildx.stdout.split(' ')[1] };
}

/** @param {Awaited<ReturnType<typeof look>>} found @param {string} how */
function tell({ composeVersion, buildxVersion }, how) {
  present('Docker programs', `${how} (Compose ${composeVersion}, buildx ${buildxVersion})`);
}

/** @param {string} version may carry a leading v and a suffix @param {string} least */
function isVersionAtLeast(version, least) {
  const [have, need] = [version, least].map((text) => (/(\d+)\.(\d+)\.(\d+)/.exec(text) ?? []).slice(1).map(Number));
  const differs = need.findIndex((number, place) => have[place] !== number);
  return have.length === 3 && (differs === -1 || have[differs] > need[differs]);
}

/** @param {string[]} missing */
async function installMissing(missing) {
  const what = missing.join(', ');
  if (!mayInstall()) {
    throw new CannotSetUp(
      `${what} missing. Set-up installs them on Debian and Ubuntu as root; here, install Docker Engine, Compose ` +
        `${composeAtLeast} or newer and buildx (https://docs.docker.com/engine/install/), then run it again`,
    );
  }
  if (await isPackageInstalled('docker-ce-cli')) {
    throw new CannotSetUp(
      `${what} missing, and this machine has Docker's own packages, which the distribution's would replace. Run: ` +
        'apt-get install docker-ce docker-compose-plugin docker-buildx-plugin',
    );
  }
  // Debian 12's Compose is version 1.
  const release = addReleaseIfTooOld();
  doing(`installing ${what}${release ? ` (Debian ${release}, with the newer C library that it needs)` : ''}`);
  await refreshPackageLists();
  const composePackage = (await isOffered('docker-compose-v2')) ? 'docker-compose-v2' : 'docker-compose';
  const names = ['docker.io', 'docker-cli', composePackage, 'docker-buildx', 'iptables'];
  const offered = await Promise.all(names.map(isOffered));
  await install(
    names.filter((_, place) => offered[place]),
    { release },
  );
}
