import type { FoundByHand } from '../activities/activities.js';
import type { Step } from '../src/plan/plan.js';
import type { Twin } from '../src/spec/rehearsal.js';
import type { RestoreChoice } from '../src/spec/restore.js';
import type { DeploymentRun } from './deployment-run.js';
import type { OwnBackup } from './back-up.js';
import { judge, theStack } from './judge.js';
import { keptRemark } from './put-data-back.js';

/**
 * Services rest, volumes get the content that was restored on the twin, services start behind their gates. The way back is
 * `putDataBack`.
 */
export async function replaceData(run: DeploymentRun, choice: RestoreChoice, twin: Twin): Promise<void> {
  const startedAtMs = Date.now();
  await swapContents(run, choice, twin);
  for (const wave of choice.waves) await startAgain(run, wave);
  noteRestored(run, choice, Date.now() - startedAtMs);
}

/** The backup that a restore raises on a twin. */
export function sourceOf({ backup: id, atMs, stores, reused = [] }: RestoreChoice): OwnBackup {
  const own = stores.filter((store) => !reused.some((one) => one.store.id === store.id));
  return { id, atMs, stores: own, reused };
}

/** The first half: services rest, and their volumes have the content that was restored on the twin. */
export async function swapContents(run: DeploymentRun, choice: RestoreChoice, twin: Twin): Promise<void> {
  const services = choice.waves.flat().map(({ service }) => service);
  run.begun.push(...choice.waves);
  await rest(run, choice);
  for (const store of choice.stores) {
    const title = `replace the content of ${store.volume}`;
    run.swapped.push({ store, services });
    await run.checklist.line({ id: title, phase: 'replace', title, service: store.service }, () =>
      run.seen.orAsk(title, store.service, () =>
        run.host.changing.swapData.executeWithOptions({ summary: title }, [
          { ...run.turn, twin, store, services, seen: seenOf(run, choice) },
        ]),
      ),
    );
  }
}

function seenOf(run: DeploymentRun, { waves }: RestoreChoice): Record<string, string[]> {
  return Object.fromEntries(waves.flat().map((step) => [step.service, run.seen.of(step)]));
}

/**
 * Whoever needs others stops before them. Where somebody has changed several of a wave by hand, the run asks about one after the other,
 * since it may be told to turn back.
 */
async function rest(run: DeploymentRun, { waves }: RestoreChoice): Promise<void> {
  run.checklist.enter('replace');
  for (const wave of [...waves].reverse()) {
    const found = await Promise.all(wave.map((step) => asStop(run, step, () => stop(run, step))));
    for (const [index, step] of wave.entries()) {
      const byHand = found[index];
      if (byHand) await asStop(run, step, () => stopToo(run, step, byHand));
    }
  }
}

async function asStop<T>(run: DeploymentRun, { service }: Step, work: () => Promise<T>): Promise<T> {
  const title = `stop ${service}`;
  return run.checklist.line({ id: title, phase: 'replace', title, service }, work);
}

async function stop(run: DeploymentRun, step: Step): Promise<FoundByHand | undefined> {
  const { service } = step;
  return run.host.changing.restService.executeWithOptions({ summary: `stop ${service}` }, [
    { ...run.turn, service, seen: run.seen.of(step) },
  ]);
}

async function stopToo(run: DeploymentRun, step: Step, byHand: FoundByHand): Promise<void> {
  const { service } = step;
  await run.seen.ask(`stop ${service}`, service, byHand);
  await run.seen.orAsk(`stop ${service}`, service, () => stop(run, step));
}

async function startAgain(run: DeploymentRun, wave: Step[]): Promise<void> {
  const serving: Step[] = [];
  for (const step of wave) {
    const { service } = step;
    const title = `start ${service}`;
    const { gate } = await run.checklist.line({ id: title, phase: 'replace', title, service }, () =>
      run.seen.orAsk(title, service, () => start(run, step)),
    );
    if (gate) serving.push({ ...step, gate });
  }
  await Promise.all(serving.map((step) => judge(run, theStack(run), step, 'awaitHealth')));
}

/** Who is restored from a crash is down in the capture, and has to serve all the same. What is meant to end is as it was. */
function start(run: DeploymentRun, step: Step) {
  const { service, gate } = step;
  const how = { seen: run.seen.of(step), ...(gate.kind === 'long-running' ? { run: true } : {}) };
  return run.host.changing.restoreService.executeWithOptions({ summary: `start ${service}` }, [
    { ...run.turn, capture: run.capture!, service, ...how },
  ]);
}

/** Once it serves: what was put in place, and where what was there is kept. */
export function noteRestored(run: DeploymentRun, { backup, atMs, stores, waves }: RestoreChoice, downMs: number): void {
  run.dataRestored = {
    ...{ backup, takenAtMs: atMs, downMs },
    services: waves.flat().map(({ service }) => service),
    stores: stores.map(({ id, service, volume, kept }) => ({
      ...{ store: id, service, volume, kept, removeKept: `docker volume rm ${kept}` },
      countsCompared: run.rehearsal?.stores.find(({ store }) => store === id)?.countsCompared ?? 0,
    })),
  };
  for (const store of stores)
    run.remarks.push(keptRemark(store, 'has the content of the backup; what it had before is'));
}
