import type { DeployResult } from '../../src/spec/deploy-result.js';
import type { Outcome } from '../../src/spec/outcome.js';
import type { Execution } from './execution.js';
import type { FakeHost, Found } from './host.js';
import { askedBy, type Left, reasonsIn, Violation, type Witness } from './witness.js';

/** What is asked of a run that has closed. Throws `Violation`. */
export interface Ended {
  run: Execution;
  result: DeployResult;
  left: Left;
  witness: Witness;
  host: FakeHost;
  /** Services in the order in which they start. */
  services: string[];
}

const STATUS: Record<Outcome, Execution['status']> = {
  ...{ succeeded: 'completed', rejected: 'failed', 'rolled-back': 'failed', aborted: 'canceled' },
  ...{ 'rollback-failed': 'failed', 'needs-human': 'failed' },
};

/** The outcome says what is so: all new, all old, or what is left and by which command it would be mended. */
export function outcomeIsTrue(ended: Ended): void {
  const { run, result, left, services } = ended;
  const must = (isSo: boolean, what: string): void => {
    if (!isSo) throw new Violation(`${run.identity.workflowId} is ${result.outcome}, but ${what}`);
  };
  const { outcome, leftovers } = result;
  must(run.status === STATUS[outcome], `has closed as ${run.status}`);
  const bad = leftovers.filter(({ debris }) => !debris);
  const other = left.found ? services.filter((service) => !isAs(left, service, left.found!)) : [];
  const replaced = changedBy(ended, 'replaceService');
  const listed = (what: string): boolean => leftovers.some((one) => one.what.startsWith(what));
  switch (outcome) {
    case 'succeeded':
      must(bad.length === 0, `has left ${bad.map(({ what }) => what).join()}`);
      isWhatWasAsked(ended, must);
      for (const objection of ended.witness.objectionsTo(run.identity.runId))
        must(false, `a gate has said: ${objection}`);
      break;
    case 'rejected':
      must(ended.witness.changesOf(run).length === 0, `has changed ${JSON.stringify(ended.witness.changesOf(run))}`);
      must(result.touched.length === 0, `says that it has touched ${result.touched.join()}`);
      break;
    case 'rolled-back':
    case 'aborted':
      must(left.found !== undefined || replaced.length === 0, `has changed ${replaced.join()} without a capture`);
      must(other.length === 0, `${other.join()} is not as it was`);
      break;
    case 'rollback-failed':
    case 'needs-human':
      must(bad.length > 0, 'names nothing that is left');
      for (const service of other) must(listed(`service ${service}`) || listed('stack'), `${service} is not named`);
      break;
  }
  if (outcome !== 'succeeded') {
    must(bad.length === 0 || ['rollback-failed', 'needs-human'].includes(outcome), 'has left more than debris');
    const names = left.found ? Object.keys(left.tags).filter((tag) => left.tags[tag] !== left.found!.tags[tag]) : [];
    must(names.length === 0 || listed('stack'), `${names.join()} names another image than before`);
    must(!left.traces.includes(`network of ${run.identity.runId}`) || listed('stack'), 'a network of it is left');
  }
  for (const [trace, what] of [
    ['twin', 'twin'],
    ['backup', 'backup'],
    ['images', 'image'],
  ] as const) {
    const isLeft = ended.host.traces.has(`${trace} of ${run.identity.runId}`);
    must(!isLeft || listed(what), `its ${trace} is there, and is not listed`);
  }
  const why = result.failure?.message;
  const isOwn = why === undefined || reasonsIn(run, false).includes(why) || !reasonsIn(run, true).includes(why);
  must(isOwn, `for a reason that is none: ${why}`);
  if (result.release !== undefined) {
    const images = JSON.stringify(ended.host.releases[Number(result.release) - 1]?.images);
    must(images === JSON.stringify(left.images), `release ${result.release} does not serve`);
  }
  const changed = ended.witness.changesOf(run).map(({ service }) => service);
  must(
    replaced.every((service) => result.touched.includes(service)),
    `does not say that it touched ${replaced.join()}`,
  );
  const isSure = bad.length === 0;
  must(!isSure || result.touched.every((one) => changed.includes(one)), `says it touched ${result.touched.join()}`);
  must(
    result.restored.every((one) => changed.includes(one)),
    `says it has restored ${result.restored.join()}`,
  );
}

/** New ones stop in reverse order, then old ones start in order, and no undo begins before what it takes back has ended. */
export function undoIsInOrder({ run, services }: Ended): void {
  if (run.identity.type !== 'deploy') return;
  const must = (isSo: boolean, what: string): void => {
    if (!isSo) throw new Violation(`${run.identity.workflowId}: ${what}`);
  };
  const asked = askedBy(run);
  const of = (activity: string): string[] => [
    ...new Set(asked.filter((one) => one.activity === activity).map(({ service }) => service!)),
  ];
  const [begun, stopped, restored] = [of('replaceService'), of('stopService'), of('restoreService')];
  const inOrder = (some: string[]): string[] => services.filter((one) => some.includes(one));
  must(same(stopped, inOrder(stopped).reverse()), `stopped ${stopped.join()}`);
  must(same(restored, inOrder(restored)), `restored ${restored.join()}`);
  // What was about to begin when the run was stopped is taken back too.
  const all = restored.length > 0 && begun.length > 1 ? [stopped, restored] : [restored];
  const isWhole = restored.length === 0 || all.every((some) => begun.every((one) => some.includes(one)));
  must(isWhole, `begun ${begun.join()}, stopped ${stopped.join()}, restored ${restored.join()}`);
  const undo = asked.findIndex(({ activity }) => activity === 'stopService' || activity === 'restoreService');
  if (undo === -1) return;
  must(!asked[undo]!.unended.includes('replaceService'), 'an undo begins while a service is being replaced');
  const after = asked.slice(undo);
  must(!after.some(({ activity }) => activity === 'replaceService'), 'a service is replaced after the undo has begun');
  const firstRestore = after.findIndex(({ activity }) => activity === 'restoreService');
  const lastStop = after.findLastIndex(({ activity }) => activity === 'stopService');
  must(firstRestore === -1 || lastStop < firstRestore, 'an old service starts before all new ones have stopped');
}

/** What was to serve serves, and is on record. */
function isWhatWasAsked(
  { run, result, left, host, services }: Ended,
  must: (isSo: boolean, what: string) => void,
): void {
  must(result.release !== undefined, 'names no release');
  if (run.identity.type !== 'deploy') return;
  const tags = services.map((service) => left.tags[`shop-${service}`]);
  must(
    same(
      services.map((service) => left.images[service]),
      tags,
    ),
    `what serves is ${JSON.stringify(left.images)}`,
  );
  const made = askedBy(run).some(({ activity }) => activity === 'replaceService');
  must(!made || host.releases.some(({ by }) => by === run.identity.runId), 'has recorded no release');
}

function changedBy({ witness, run }: Ended, activity: string): string[] {
  const changes = witness.changesOf(run).filter((change) => change.activity === activity);
  return [...new Set(changes.map(({ service }) => service))];
}

function isAs({ services }: Left, service: string, found: Found): boolean {
  const facts = (of: Found['services']): string => of[service]!.map((one) => `${one.image} ${one.isRunning}`).join();
  return facts(services) === facts(found.services);
}

function same(one: unknown[], other: unknown[]): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
