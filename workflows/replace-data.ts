import { CancellationScope } from '@temporalio/workflow';
import type { Step } from '../src/plan/plan.js';
import type { Twin } from '../src/spec/rehearsal.js';
import type { RestorableStore, RestoreChoice } from '../src/spec/restore.js';
import type { DeploymentRun } from './deployment-run.js';
import { messageOf } from './checklist.js';
import { judge, theStack } from './judge.js';

/**
 * Services rest, volumes get the content that was restored on the twin, services start behind their gates. On the way back
 * every volume has its old content again before anything starts; where that fails, nothing is started on half of it.
 */
export async function replaceData(run: DeploymentRun, choice: RestoreChoice, twin: Twin): Promise<void> {
  const startedAtMs = Date.now();
  const swapped: RestorableStore[] = [];
  run.begun.push(...choice.waves);
  run.putDataBack = () => putBack(run, choice, swapped);
  await rest(run, choice);
  for (const store of choice.stores) {
    const title = `replace the content of ${store.volume}`;
    swapped.push(store);
    await run.checklist.line({ id: title, phase: 'replace', title, service: store.service }, () =>
      run.host.changing.swapData.executeWithOptions({ summary: title }, [{ ...run.turn, twin, store }]),
    );
  }
  for (const wave of choice.waves) await startAgain(run, wave);
  note(run, choice, Date.now() - startedAtMs);
}

/** Whoever needs others stops before them. */
async function rest(run: DeploymentRun, { waves }: RestoreChoice): Promise<void> {
  run.checklist.enter('replace');
  for (const wave of [...waves].reverse()) {
    await Promise.all(wave.map(({ service }) => restOne(run, service)));
  }
}

async function restOne(run: DeploymentRun, service: string): Promise<void> {
  const title = `stop ${service}`;
  await run.checklist.line({ id: title, phase: 'replace', title, service }, () =>
    run.host.changing.restService.executeWithOptions({ summary: title }, [{ ...run.turn, service }]),
  );
}

async function startAgain(run: DeploymentRun, wave: Step[]): Promise<void> {
  const serving: Step[] = [];
  for (const step of wave) {
    const { service } = step;
    const title = `start ${service}`;
    const { gate } = await run.checklist.line({ id: title, phase: 'replace', title, service }, () =>
      start(run, service),
    );
    if (gate) serving.push({ ...step, gate });
  }
  await Promise.all(serving.map((step) => judge(run, theStack(run), step, 'awaitHealth')));
}

function start(run: DeploymentRun, service: string) {
  return run.host.changing.restoreService.executeWithOptions({ summary: `start ${service}` }, [
    { ...run.turn, capture: run.capture!, service },
  ]);
}

async function putBack(run: DeploymentRun, { waves }: RestoreChoice, swapped: RestorableStore[]): Promise<void> {
  await CancellationScope.nonCancellable(async () => {
    for (const { service } of waves.flat().reverse()) {
      await run.host.changing.restService({ ...run.turn, service });
    }
    for (const store of [...swapped].reverse()) await putOneBack(run, store);
  });
}

async function putOneBack(run: DeploymentRun, store: RestorableStore): Promise<void> {
  const title = `put the content of ${store.volume} back`;
  try {
    const line = { id: title, phase: 'rollback' as const, title, service: store.service };
    const { touched } = await run.checklist.line(line, () =>
      run.host.changing.putDataBack.executeWithOptions({ summary: title }, [{ ...run.turn, store }]),
    );
    if (touched) run.remarks.push(remark(store, 'has its old content again, of which a copy is'));
  } catch (error) {
    run.leftovers.push({
      what: `data of ${store.id}`,
      why: `the content of ${store.volume} could not be put back: ${messageOf(error)}; nothing was started on it`,
      command: `docker run --rm -v ${store.kept}:/from:ro -v ${store.volume}:/to ${store.imageId} sh -c 'find /to -mindepth 1 -delete && cp -a /from/. /to/'`,
      debris: false,
    });
    throw error;
  }
}

function note(run: DeploymentRun, { backup, atMs, stores, waves }: RestoreChoice, downMs: number): void {
  run.dataRestored = {
    ...{ backup, takenAtMs: atMs, downMs },
    services: waves.flat().map(({ service }) => service),
    stores: stores.map(({ id, service, volume, kept }) => ({
      ...{ store: id, service, volume, kept, removeKept: `docker volume rm ${kept}` },
      countsCompared: run.rehearsal?.stores.find(({ store }) => store === id)?.countsCompared ?? 0,
    })),
  };
  for (const store of stores) run.remarks.push(remark(store, 'has the content of the backup; what it had before is'));
}

function remark({ volume, kept }: RestorableStore, what: string): string {
  return `${volume} ${what} in the volume ${kept}; once nobody needs it: docker volume rm ${kept}`;
}
