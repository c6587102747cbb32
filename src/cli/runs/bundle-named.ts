import { type Bundle, readBundles } from '../../store/bundles.js';
import type { Layout } from '../../store/layout.js';
import { stacksOnRecord } from '../../store/run-folders.js';
import { UsageError } from '../errors.js';
import { matchRun } from './match-run.js';

/** The run on record here that a text names. Throws UsageError where there is none, or more than one. */
export async function bundleNamed(layout: Layout, name: string): Promise<Bundle> {
  const bundles = (await Promise.all((await stacksOnRecord(layout)).map((stack) => readBundles(layout, stack)))).flat();
  const runs = bundles.map((bundle) => ({ ...bundle.account, bundle }));
  const found = matchRun(
    name,
    runs.sort((a, b) => b.startedAtMs - a.startedAtMs),
  );
  if (found) return found.bundle;
  throw new UsageError(`no run "${name}" is on record on this host`, 'list them: evenkeel history');
}
