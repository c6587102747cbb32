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
    run.swapped.push({ store, services });
    const title = `replace the content of ${store.volume}`;
    await run.checklist.line({ id: title, phase: 'replace', title, service: store.service }, async () => {
      for (;;) {
        const found = await run.host.changing.swapData.executeWithOptions({ summary: title }, [
          { ...run.turn, twin, store, services, seen: seenOf(run, choice) },
        ]);
        if (!found) return;
        await run.seen.ask(title, found.service, found);
        // Whoever has made it has started it, too.
        await stop(run, choice, found.service);
      }
    });
  }
}

function seenOf(run: DeploymentRun, { waves }: RestoreChoice): Record<string, string[]> {
  return Object.fromEntries(waves.flat().map((step) => [step.service, run.seen.of(step)]));
}

/** Whoever needs others stops before them; none does before it is known that nobody has changed any of them by hand. */
async function rest(run: DeploymentRun, choice: RestoreChoice): Promise<void> {
  run.checklist.enter('replace');
  for (const wave of [...choice.waves].reverse()) {
    const ends = await Promise.allSettled(
      wave.map(({ service }) => {
        const title = `stop ${service}`;
        return run.checklist.line({ id: title, phase: 'replace', title, service }, () => stop(run, choice, service));
      }),
    );
    // None of it goes on when the run turns back.
    for (const end of ends) if (end.status === 'rejected') throw end.reason;
  }
}

async function stop(run: DeploymentRun, choice: RestoreChoice, service: string): Promise<void> {
  const title = `stop ${service}`;
  await run.seen.orAsk(title, service, () =>
    run.host.changing.restService.executeWithOptions({ summary: title }, [
      { ...run.turn, service, seen: seenOf(run, choice) },
    ]),
  );
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
