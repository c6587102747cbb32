import { appendFile } from 'node:fs/promises';
import path from 'node:path';
import type { Engine } from '../src/docker/engine.js';
import { EVIDENCE_FOLDER, INDEX_FILE } from '../src/store/evidence-files.js';
import { privateFolder, runFolder, type Layout } from '../src/store/layout.js';
import { readRunIdentity } from '../src/store/run-folders.js';
import { exists } from '../src/store/places.js';

/** In a run's folder: one JSON document a line, `{ atMs, containers }`. */
export const RESOURCES_FILE = `${EVIDENCE_FOLDER}/resources.jsonl`;

const EVERY_MS = 2000;
/** The longer a run takes the less often it is looked at: some hundred samples for a run of hours, never thousands. */
const ELAPSED_PER_SAMPLE = 100;

/** A step of a run that changes its stack. */
export interface StepOfRun {
  stack: string;
  workflowId: string;
  runId: string;
}

/**
 * What the containers of a stack use while a run is at work on it, sampled by whichever worker does its steps: for as long
 * as any step is under way, and no longer. It is only ever evidence, so nothing of it may fail a step or hold one up.
 */
export class ResourceCurve {
  private readonly atWork = new Map<string, { steps: number; stop: () => void }>();

  constructor(
    private readonly engine: Pick<Engine, 'usage'>,
    private readonly layout: Layout,
  ) {}

  /** Samples until the returned function is called; steps of one run are sampled together. */
  during(step: StepOfRun): () => void {
    const entry = this.atWork.get(step.runId) ?? { steps: 0, stop: this.start(step) };
    entry.steps += 1;
    this.atWork.set(step.runId, entry);
    return () => {
      entry.steps -= 1;
      if (entry.steps > 0) return;
      entry.stop();
      this.atWork.delete(step.runId);
    };
  }

  private start(step: StepOfRun): () => void {
    let isOver = false;
    let timer: NodeJS.Timeout | undefined;
    const next = (beganAtMs: number): void => {
      if (isOver) return;
      const pauseMs = Math.max(EVERY_MS, (Date.now() - beganAtMs) / ELAPSED_PER_SAMPLE);
      // From one step to the next hardly any time passes: a sample is due by the clock, not by the beginning of a step.
      const dueMs = pauseMs - (Date.now() % pauseMs);
      timer = setTimeout(() => void this.sample(step).then(next, () => next(beganAtMs)), dueMs);
      timer.unref();
    };
    void this.firstSample(step).then(next, () => next(Date.now()));
    return () => {
      isOver = true;
      clearTimeout(timer);
    };
  }

  /** Of a run that has none yet, however soon it is over. Returns when it is to be reckoned from. */
  private async firstSample(step: StepOfRun): Promise<number> {
    const folder = runFolder(this.layout, step.stack, step.workflowId, step.runId);
    return (await exists(path.join(folder, RESOURCES_FILE))) ? Date.now() : this.sample(step);
  }

  /** Takes one sample; returns when the run began. */
  private async sample({ stack, workflowId, runId }: StepOfRun): Promise<number> {
    const folder = runFolder(this.layout, stack, workflowId, runId);
    const identity = await readRunIdentity(folder);
    if (!identity) throw new Error('the run has not begun');
    const atMs = Date.now();
    const containers = await this.engine.usage(stack);
    await privateFolder(path.join(folder, EVIDENCE_FOLDER));
    // What is sealed stays as it is.
    if (!(await exists(path.join(folder, INDEX_FILE)))) {
      await appendFile(path.join(folder, RESOURCES_FILE), `${JSON.stringify({ atMs, containers })}\n`, { mode: 0o600 });
    }
    return identity.beganAtMs;
  }
}
