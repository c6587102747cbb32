import type { Verdict } from '../src/gates/verdict.js';
import type { Step } from '../src/plan/plan.js';
import type { StoreProof, StoreRef } from '../src/spec/backup.js';
import type { Twin } from '../src/spec/rehearsal.js';
import { judgeTwin } from '../src/twin/judge-twin.js';
import type { DeploymentRun } from './deployment-run.js';
import { type Bench, judge } from './judge.js';

/** A proof, and whether it says no more than that nobody could tell. */
export interface WeighedProof extends StoreProof {
  undecided?: true;
}

/**
 * Files of a database say nothing by being the same: its server has to come up well on them. Starts it on the twin, whose
 * volumes have all been filled, and asks its gates. What was unproven before stays so; nothing is started on it.
 */
export async function proveFiles(run: DeploymentRun, twin: Twin, proofs: StoreProof[]): Promise<WeighedProof[]> {
  const owned = twin.stores.filter(({ filesOf }) => filesOf !== undefined);
  const services = [...new Set(owned.map(({ service }) => service))];
  const weighed = await Promise.all(
    services.map(async (service) => {
      const own = owned.filter((store) => store.service === service);
      return weigh(run, twin, { service, own, proofs });
    }),
  );
  const byStore = new Map(weighed.flat().map((proof) => [proof.store, proof]));
  return proofs.map((proof) => byStore.get(proof.store) ?? proof);
}

async function weigh(
  run: DeploymentRun,
  twin: Twin,
  { service, own, proofs }: { service: string; own: StoreRef[]; proofs: StoreProof[] },
): Promise<WeighedProof[]> {
  const restored = proofs.filter(({ store }) => own.some(({ id }) => id === store));
  const missing = restored.find(({ proven }) => !proven);
  if (missing) {
    // Half of its files are none.
    const why = `${missing.store}, which its server needs too, is not proven`;
    return restored.map((proof) => (proof.proven ? { ...proof, proven: false, why, undecided: true } : proof));
  }
  const startedAtMs = Date.now();
  const { verdict, reason } = await comesUp(run, twin, service);
  const endedAtMs = Date.now();
  const server = own[0]!.filesOf!;
  return restored.map((proof) => {
    const told = { ...proof, restoreMs: proof.restoreMs + endedAtMs - startedAtMs, atMs: endedAtMs };
    if (verdict === 'pass') return told;
    if (verdict === 'fail') {
      const next = `have them copied at rest: x-evenkeel: { backup: { consistency: stop } } in ${service}`;
      return { ...told, proven: false, why: `${server} does not come up well on these files: ${reason}; ${next}` };
    }
    return {
      ...told,
      proven: false,
      why: `nobody can tell whether ${server} comes up on these files: ${reason}`,
      undecided: true,
    };
  });
}

/** The worst verdict of the gates of a service on the twin. What it needs does not run there yet, and is no fault of its files. */
async function comesUp(run: DeploymentRun, twin: Twin, service: string): Promise<Pick<Verdict, 'verdict' | 'reason'>> {
  const step = twin.waves.flat().find((one) => one.service === service);
  if (!step) return { verdict: 'inconclusive', reason: 'it is not started on the twin' };
  let seen: Verdict | undefined;
  const bench: Bench = {
    ...{ phase: 'rehearsal', frozen: twin.frozen, prefix: 'twin: ', mentions: false, untilOneFails: true },
    settle: (_step, verdict) => {
      const unwell = twin.facts.dependencies[service] ?? [];
      seen = judgeTwin({ verdict, rehearsed: [service], facts: twin.facts, unwell });
    },
  };
  const start = `start ${service} on its restored files`;
  await run.host.changing.startOnTwin.executeWithOptions({ summary: start }, [
    { ...run.turn, twin, services: [service] },
  ]);
  const server = mustStay(step);
  await judge(run, bench, server, 'awaitHealth');
  if (seen?.verdict === 'pass' && server.gate.stableForMs > 0) await judge(run, bench, server, 'watchStability');
  return seen ?? { verdict: 'inconclusive', reason: 'its gate said nothing' };
}

/** A server that ends has not come up, whatever may end otherwise. */
function mustStay({ gate: { mayEnd: _mayEnd, ...gate }, ...step }: Step): Step {
  return { ...step, gate };
}
