import type { Step } from '../plan/plan.js';
import type { RunAccount, StepAccount } from './run-account.js';
import type { RunEvidence } from './run-evidence.js';

/** What a run was to do to one service, and why. */
export interface Change {
  service: string;
  /** As in the plan; `restore`: its data was replaced. */
  kind: Step['kind'] | 'restore';
  /** In plain words, the weightiest first. */
  because: string[];
  image?: string;
  /** What became of it. */
  came: 'done' | 'taken-back' | 'not-begun';
}

/**
 * What a run was to change and why, in the order in which it was to do so: its plan, or, where that is not at hand, what
 * its result names.
 */
export function changesOf({ result, steps }: RunAccount, evidence: RunEvidence | undefined): Change[] {
  const { touched = [], restored = [], dataRestored } = result ?? {};
  const came = (service: string): Change['came'] => {
    if (restored.includes(service)) return 'taken-back';
    return touched.includes(service) ? 'done' : 'not-begun';
  };
  const plan = evidence?.plan ?? result?.plan;
  const planned = (plan?.waves.flat() ?? [])
    .filter(({ kind }) => kind !== 'judge')
    .map(({ service, kind, because, image }): Change => ({
      ...{ service, kind, because, image: image.ref, came: came(service) },
    }));
  const data = (dataRestored?.stores ?? []).map(({ store, service, volume }): Change => ({
    ...{ service, kind: 'restore', came: 'done' },
    because: [`${store}: the content of ${volume} is that of the backup ${dataRestored!.backup}`],
  }));
  if (planned.length > 0 || data.length > 0) return [...planned, ...data];
  return touched.map((service) => ({
    service,
    kind: 'replace',
    because: causeIn(steps, service),
    came: came(service),
  }));
}

/** The step that replaces a service is called by the weightiest cause: `replace api: image changed`. */
function causeIn(steps: StepAccount[], service: string): string[] {
  const step = steps.find((one) => one.activity === 'replaceService' && one.service === service);
  const [, cause] = /^[^:]*: (.+)$/s.exec(step?.title ?? '') ?? [];
  return cause === undefined ? [] : [cause];
}
