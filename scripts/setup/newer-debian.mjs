/** Debian's next release as a further source of packages, where the machine's own release is too old for what we need. */
import { machineSources, ourFilePrefix } from './apt.mjs';
import { debianRelease, isAtLeast, sourceText } from './debian-source.mjs';
import { readIfThere, writeWhole } from './files.mjs';
import { recordFile } from './manifest.mjs';

/** The first Debian release whose own packages of Compose and Go are new enough. */
const newEnoughRelease = 'trixie';

/**
 * On an older Debian, afterwards that release is a source of low priority: apt takes from it only what is asked of it
 * by name. Its package lists are not fetched yet.
 *
 * @returns {string | undefined} the release to install from, where it is not the machine's own
 */
export function addReleaseIfTooOld() {
  const own = debianRelease(machineSources());
  if (!own || isAtLeast(own.release, newEnoughRelease)) return undefined;
  const name = `${ourFilePrefix}${newEnoughRelease}`;
  addFile(
    `/etc/apt/sources.list.d/${name}.sources`,
    `# Written by Evenkeel's set-up, for the packages that it installs only.\n${sourceText(own.entry, newEnoughRelease)}`,
  );
  addFile(`/etc/apt/preferences.d/${name}`, `Package: *\nPin: release n=${newEnoughRelease}\nPin-Priority: 100\n`);
  return newEnoughRelease;
}

/** @param {string} file @param {string} text */
function addFile(file, text) {
  recordFile(file);
  if (readIfThere(file) !== text) writeWhole(file, text);
}
