import { CancellationScope } from '@temporalio/workflow';
import type { Collected } from '../activities/activities.js';
import { sizeText } from '../src/spec/size-text.js';
import type { FrozenRef } from '../src/spec/stack-spec.js';
import { messageOf } from './checklist.js';
import type { DeploymentRun } from './deployment-run.js';

/** Lets go of releases beyond those that are kept. The release serves, whatever becomes of this, so a failure is a warning. */
export async function collectReleases(run: DeploymentRun, frozen: FrozenRef): Promise<void> {
  const collect = (): Promise<Collected> =>
    run.line(
      'record',
      'let old releases go',
      () => run.host.tidying.collectReleases({ ...run.turn, frozen }),
      ({ releases, cacheBytes }) =>
        [releases.join(', ') || 'none', ...(cacheBytes > 0 ? [`${sizeText(cacheBytes)} of build cache`] : [])].join(
          '; ',
        ),
    );
  try {
    const { findings } = await CancellationScope.nonCancellable(collect);
    run.checklist.warn(...findings);
  } catch (error) {
    run.checklist.warn({
      ...{ rule: 'not-let-go', severity: 'warning' },
      message: `releases that are no longer kept could not be let go: ${messageOf(error)}`,
      remedy: 'nothing is lost by it; the next deployment tries again',
    });
  }
}
