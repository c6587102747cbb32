/** A browser without a window, for the tests of Temporal's UI. */
import { install, isOffered, mayInstall, refreshPackageLists } from './apt.mjs';
import { onPath } from './run.mjs';
import { CannotSetUp, doing, present } from './say.mjs';

const programs = ['chromium', 'chromium-browser', 'google-chrome'];

/** Afterwards one of the programs is on PATH. */
export async function ensureChromium() {
  const found = look();
  if (found) return present('Chromium', found);
  if (!mayInstall()) throw new CannotSetUp(`install Chromium, so that one of ${programs.join(', ')} is on PATH`);
  doing('installing Chromium');
  await refreshPackageLists();
  // Ubuntu's package of this name is a shell around a snap, which a container cannot run.
  if (!(await isOffered('chromium'))) throw new CannotSetUp('no package source offers chromium; install it by hand');
  await install(['chromium']);
  present('Chromium', `installed (${look()})`);
}

function look() {
  return programs.map(onPath).find((place) => place !== undefined);
}
