/** A small Debian root file system, made with debootstrap from the mirror that the machine's own apt uses. */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { install, isPackageInstalled, machineSources, mayInstall, refreshPackageLists } from './apt.mjs';
import { debianRelease, imageSourcesText } from './debian-source.mjs';
import { inCache } from './paths.mjs';
import { must, onPath, run } from './run.mjs';
import { CannotSetUp, doing } from './say.mjs';

const release = 'bookworm';
const bootstrapMs = 15 * 60_000;
const workFolder = () => inCache('rootfs');

/** Files of the image besides Debian's own: no documentation, no package lists, no daemons started by installations. */
const additions = {
  'etc/dpkg/dpkg.cfg.d/slim': [
    'path-exclude /usr/share/doc/*',
    'path-include /usr/share/doc/*/copyright',
    'path-exclude /usr/share/man/*',
    'path-exclude /usr/share/info/*',
    'path-exclude /usr/share/locale/*',
  ],
  'etc/apt/apt.conf.d/slim': [
    'APT::Install-Recommends "false";',
    'Acquire::Languages "none";',
    'Binary::apt::APT::Keep-Downloaded-Packages "false";',
    'Dir::Cache::pkgcache "";',
    'Dir::Cache::srcpkgcache "";',
    'DPkg::Post-Invoke { "rm -f /var/cache/apt/archives/*.deb /var/log/dpkg.log /var/log/alternatives.log"; };',
  ],
  'usr/sbin/policy-rc.d': ['#!/bin/sh', 'exit 101'],
};

const removedFolders = [
  'var/lib/apt/lists',
  'var/cache/apt',
  'var/log',
  'usr/share/man',
  'usr/share/info',
  'usr/share/locale',
];

/** What the image is made from, apart from the mirror: it is made anew when this changes. */
export const recipeText = JSON.stringify([release, additions, removedFolders]);

/**
 * Makes the file system, hands it over as a tar archive, and removes both.
 *
 * @param {(archive: string) => Promise<void>} use
 */
export async function makeDebianArchive(use) {
  await ensureDebootstrap();
  const sources = machineSources();
  const entry = debianRelease(sources)?.entry;
  const folder = workFolder();
  // A set-up that was killed left it.
  await discardRootfs();
  mkdirSync(folder, { recursive: true });
  try {
    const root = path.join(folder, 'root');
    const keyring = entry?.options['Signed-By']?.startsWith('/') ? [`--keyring=${entry.options['Signed-By']}`] : [];
    // Where the machine is no Debian, debootstrap knows a mirror itself.
    const mirror = entry ? [entry.uri] : [];
    await must('debootstrap', ['--variant=minbase', '--force-check-gpg', ...keyring, release, root, ...mirror], {
      timeoutMs: bootstrapMs,
    });
    const sourcesText = imageSourcesText(sources, release);
    if (sourcesText) writeFileSync(path.join(root, 'etc/apt/sources.list'), sourcesText);
    writeFileSync(path.join(root, 'etc/apt/apt.conf.d/checks'), await machineChecks());
    await slim(root);
    const archive = path.join(folder, 'root.tar');
    await must('tar', ['-C', root, '--numeric-owner', '-cf', archive, '.']);
    await use(archive);
  } finally {
    await discardRootfs();
  }
}

/** Afterwards the file system is gone, and what an interrupted debootstrap had mounted in it. */
export async function discardRootfs() {
  if (!existsSync(workFolder())) return;
  for (const name of ['proc', 'sys']) {
    const place = path.join(workFolder(), 'root', name);
    if ((await run('mountpoint', ['-q', place])).code === 0) await must('umount', [place]);
  }
  await must('rm', ['-rf', '--one-file-system', workFolder()]);
}

async function ensureDebootstrap() {
  const needed = ['debootstrap', 'debian-archive-keyring', 'gpgv'];
  const present = await Promise.all(needed.map(isPackageInstalled));
  const missing = needed.filter((_, place) => !present[place]);
  if (missing.length === 0 && onPath('debootstrap')) return;
  if (!mayInstall()) {
    throw new CannotSetUp(
      'base images can be built only on Debian or Ubuntu as root. Make an image registry reachable for Docker ' +
        '(`docker pull debian:bookworm-slim` has to work), then run set-up again',
    );
  }
  doing(`installing ${missing.join(', ')}`);
  await refreshPackageLists();
  await install(missing);
}

/** A machine whose mirror serves old package lists tells its apt to accept their age; apt in its images has to as well. */
async function machineChecks() {
  const settings = await must('apt-config', ['dump', 'Acquire']);
  return settings
    .split('\n')
    .filter((line) => /^Acquire::Check-(Valid-Until|Date) /.test(line))
    .map((line) => `${line}\n`)
    .join('');
}

/** @param {string} root */
async function slim(root) {
  for (const [name, lines] of Object.entries(additions)) {
    const file = path.join(root, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, `${lines.join('\n')}\n`, { mode: name.startsWith('usr/sbin/') ? 0o755 : 0o644 });
  }
  const removed = removedFolders.map((name) => path.join(root, name));
  await must('find', [...removed, '-mindepth', '1', '-type', 'f', '-delete']);
  await must('find', [path.join(root, 'usr/share/doc'), '-type', 'f', '!', '-name', 'copyright', '-delete']);
  // Those of this machine; a container gets its own.
  await must('rm', ['-f', path.join(root, 'etc/resolv.conf'), path.join(root, 'etc/hostname')]);
}
