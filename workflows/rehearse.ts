import { CancellationScope } from '@temporalio/workflow';
import type { Plan, Step } from '../src/plan/plan.js';
import type { StoreProof, StoreRef } from '../src/spec/backup.js';
import type { RehearsalMode, Twin, TwinDerivation } from '../src/spec/rehearsal.js';
import type { OwnBackup } from './back-up.js';
import { messageOf } from './checklist.js';
import type { DeploymentRun } from './deployment-run.js';
import { Flights } from './flights.js';
import { type Bench, examine, judgeAll } from './judge.js';
import { proveFiles } from './prove-files.js';
import { Rehearsal } from './rehearsal.js';
import { Rejection, rejectOn } from './turning-points.js';

/**
 * Runs the release on a twin of the stack before the stack is touched. The twin's stores are filled from the backup,
 * which proves it; then the changed services start there, wave by wave, and have to be well. Whatever happens, nothing
 * of the twin is left.
 */
export async function rehearse(run: DeploymentRun, plan: Plan, backup: OwnBackup, mode: RehearsalMode): Promise<void> {
  // What has been proven already is needed on the twin only by who runs there.
  const needed = mode === 'off' ? { ...backup, reused: [] } : backup;
  await onTwin(run, plan, { backup: needed, mode }, async (twin, rehearsal) => {
    if (mode !== 'off') {
      await startRelease(run, twin, rehearsal);
      await runCommands(run, twin, rehearsal);
    }
  });
}

/** What is asked of a backup beyond not being wrong: that all of it can be restored, or that all of it is proven. */
export type Insist = 'restored' | 'proven';

/**
 * Does something beside the stack: on a twin whose stores have been filled from a backup, and have been found right. With
 * `insist` the run ends where that cannot be had of all of them.
 */
export async function onTwin(
  run: DeploymentRun,
  plan: Plan,
  { backup, mode, insist }: { backup: OwnBackup; mode: RehearsalMode; insist?: Insist },
  act: (twin: Twin, rehearsal: Rehearsal) => Promise<void>,
): Promise<void> {
  const earlier = (backup.reused ?? []).map(({ store }) => store);
  const derived = await derive(run, plan, [...backup.stores, ...earlier], mode);
  const rehearsal = new Rehearsal(run, mode, derived);
  rejectOn(run, derived.findings);
  const { twin } = derived;
  const unproven = insist ? [...backup.stores, ...earlier] : backup.stores;
  mindUnprovable(run, unproven, twin, insist ? 'required' : mode);
  if (!twin) return;
  try {
    await proveBackup(run, twin, backup, { rehearsal, mode: insist === 'proven' ? 'required' : mode });
    await act(twin, rehearsal);
    rehearsal.conclude();
  } catch (error) {
    rehearsal.fail(messageOf(error));
    await takeDown(run, twin);
    rehearsal.close();
    throw error;
  }
  // The twin shares nothing with the stack, so that nobody has to wait for its end but who takes image names back.
  run.tidying.push(takeDown(run, twin).then(() => rehearsal.close()));
}

function derive(run: DeploymentRun, plan: Plan, stores: StoreRef[], mode: RehearsalMode): Promise<TwinDerivation> {
  return run.line(
    'rehearsal',
    'derive the twin',
    () => run.host.long.deriveTwin({ ...run.turn, frozen: run.frozen!, plan, stores, mode }),
    ({ twin }) => twin?.project ?? 'no twin',
  );
}

/** A backup that nobody has restored is a hope: it is there, it does not count as proven, and the result says so. */
function mindUnprovable(run: DeploymentRun, stores: StoreRef[], twin: Twin | undefined, mode: RehearsalMode): void {
  const unproven = stores.filter(({ id }) => !twin?.stores.some((store) => store.id === id));
  if (unproven.length === 0) return;
  const names = unproven.map(({ id }) => id).join(', ');
  unprovenStays(run, `the backup of ${names} cannot be restored on a twin, so nothing proves it`, mode);
}

function unprovenStays(run: DeploymentRun, message: string, mode: RehearsalMode): void {
  if (mode === 'required') throw new Rejection(message);
  run.checklist.warn({ rule: 'backup-unproven', severity: 'warning', message });
}

/** Every store beside the others. One whose restore differs from its dump stops the run before anything is touched. */
async function proveBackup(
  run: DeploymentRun,
  twin: Twin,
  { id, atMs, reused = [] }: OwnBackup,
  { rehearsal, mode }: { rehearsal: Rehearsal; mode: RehearsalMode },
): Promise<void> {
  if (id === undefined) return;
  const startedAtMs = Date.now();
  const earlier = new Map(reused.map(({ store, ...where }) => [store.id, where]));
  const backupOf = (store: string): string => earlier.get(store)?.backup ?? id;
  const raised: StoreProof[] = [];
  await Flights.run(async (flights) => {
    for (const store of twin.stores) {
      void flights.launch(async () => void raised.push(await raise(run, twin, store, backupOf(store.id))));
    }
  });
  const weighed = await proveFiles(run, twin, raised);
  const proofs = weighed.map(({ undecided: _undecided, ...proof }): StoreProof => proof);
  rehearsal.restored(proofs, Date.now() - startedAtMs, (store) => {
    const ageMs = earlier.get(store)?.ageMs;
    return ageMs === undefined ? atMs! : startedAtMs - ageMs;
  });
  for (const backup of [...new Set([id, ...reused.map((one) => one.backup)])]) {
    const own = proofs.filter(({ store }) => backupOf(store) === backup);
    if (own.length > 0 || earlier.size === 0) {
      await run.host.quick.noteProof({ ...run.turn, frozen: run.frozen!, backup, proofs: own });
    }
  }
  const unproven = weighed.filter(({ proven, undecided }) => !proven && !undecided);
  if (unproven.length > 0) {
    const refusal = unproven.map(
      ({ store, why }) => `the backup of ${store} does not hold: ${why ?? 'it could not be restored'}`,
    );
    throw new Rejection(refusal.join('\n'));
  }
  for (const { store, why } of weighed.filter(({ undecided }) => undecided)) {
    unprovenStays(run, `the backup of ${store} is not proven: ${why ?? 'nobody could tell'}`, mode);
  }
}

async function raise(run: DeploymentRun, twin: Twin, store: StoreRef, backup: string): Promise<StoreProof> {
  const title = `restore ${store.id} on the twin`;
  return run.checklist.line(
    { id: title, phase: 'rehearsal', title, service: store.service },
    () => run.host.long.raiseStore.executeWithOptions({ summary: title }, [{ ...run.turn, twin, store, backup }]),
    ({ proven, why, countsCompared, restoreMs }) =>
      proven ? `${countsCompared} counts equal, in ${(restoreMs / 1000).toFixed(1)} s` : `differs: ${why}`,
  );
}

/** A wave starts when the one before is well for the first time; that it stays so is watched meanwhile. */
async function startRelease(run: DeploymentRun, twin: Twin, rehearsal: Rehearsal): Promise<void> {
  const bench = rehearsal.bench(twin);
  await Flights.run(async (flights) => {
    for (const wave of twin.waves) {
      const services = wave.map(({ service }) => service);
      await run.host.changing.startOnTwin.executeWithOptions({ summary: `start ${services.join(', ')} on the twin` }, [
        { ...run.turn, twin, services },
      ]);
      flights.check();
      await flights.orFailure(flights.launch(() => judgeAll(run, bench, wave, 'awaitHealth')));
      // What is not of this release only has to be up: others need it.
      const rehearsed = wave.filter(({ service }) => twin.rehearsed.includes(service));
      void flights.launch(() => prove(run, bench, rehearsed));
    }
  });
}

async function prove(run: DeploymentRun, bench: Bench, wave: Step[]): Promise<void> {
  const watched = wave.filter(({ gate }) => gate.stableForMs > 0);
  await judgeAll(run, bench, watched, 'watchStability');
  await examine(run, bench, wave);
}

/** What the operator wants to see run: imports, syntax checks, migrations. */
async function runCommands(run: DeploymentRun, twin: Twin, rehearsal: Rehearsal): Promise<void> {
  for (const [service, commands] of Object.entries(twin.commands)) {
    for (const [index, command] of commands.entries()) {
      const title = `twin: command ${index + 1} of ${service}`;
      await run.checklist.line(
        { id: title, phase: 'rehearsal', title, service },
        async () => {
          const args = { ...run.turn, twin, service, command };
          const verdict = await run.host.changing.runOnTwin.executeWithOptions({ summary: title }, [args]);
          rehearsal.weigh(twin, { service }, verdict);
          return verdict;
        },
        ({ reason }) => reason,
      );
    }
  }
}

async function takeDown(run: DeploymentRun, { project }: Twin): Promise<void> {
  await CancellationScope.nonCancellable(async () => {
    try {
      const { leftovers } = await run.line('rehearsal', 'take the twin down', () =>
        run.host.changing.takeDownTwin({ ...run.turn, project }),
      );
      run.leftovers.push(...leftovers);
    } catch (error) {
      const command = `docker compose -p ${project} down -v`;
      run.leftovers.push({ what: `twin ${project}`, why: messageOf(error), command, debris: true });
    }
  });
}
