import { setTimeout as pause } from 'node:timers/promises';
import { activityInfo, cancellationSignal } from '@temporalio/activity';
import { compareCounts } from '../src/backup/compare-counts.js';
import { childScripts } from '../src/backup/scripts.js';
import { verifyHashes } from '../src/backup/verify-store.js';
import { type RestorePlace, StoreFailed, type StoreKind } from '../src/backup/store-kind.js';
import { dockerEnvironment } from '../src/docker/compose-environment.js';
import { EngineRefused } from '../src/docker/engine.js';
import { duration } from '../src/gates/words.js';
import type { StoreBackup, StoreProof } from '../src/spec/backup.js';
import type { HostActivities } from './activities.js';
import { createOnTwin } from './start-on-twin.js';
import { withTwinTurn } from './take-turn.js';
import { openTwin, type OpenTwin } from './twin-place.js';
import type { World } from './world.js';

/** A store as a backup has it, with what knows how to restore it. */
export interface RaiseSource {
  backup: StoreBackup;
  /** The backup's folder. Absolute. */
  folder: string;
  kind: StoreKind;
}

const ASK_EVERY_MS = 200;
/** Nothing waits for the twin but this run, so a gate with little patience is no reason to call a backup worthless. */
const AT_LEAST_MS = 300_000;
const EXCERPT_LINES = 5;
/** Differences that are worth naming; the rest is counted. */
const NAMED_DIFFERENCES = 3;

/**
 * Restores a store on the twin, and counts what came of it. What cannot be restored, or is not what the dump counted, is
 * unproven, with the reason; that is no failure of the step.
 */
export async function raiseFrom(
  world: World,
  args: Parameters<HostActivities['raiseStore']>[0],
  source: RaiseSource,
): Promise<StoreProof> {
  const { attempt, scheduledTimestampMs } = activityInfo();
  const { store } = args;
  const place = { project: args.twin.project, service: store.service };
  return withTwinTurn(world, args, place, async (lock) => {
    // A later attempt goes on with what an earlier one began.
    const beganAtMs = attempt === 1 ? Date.now() : scheduledTimestampMs;
    const twin = await openTwin(world, args, args.twin);
    const proof = (outcome: Pick<StoreProof, 'proven' | 'why' | 'countsCompared'>): StoreProof => {
      const atMs = Date.now();
      return { store: store.id, ...outcome, restoreMs: atMs - beganAtMs, atMs };
    };
    try {
      const counted = await restored(world, twin, source, lock);
      const { compared, differences } = compareCounts(source.backup.counts ?? {}, counted);
      if (differences.length === 0) return proof({ proven: true, countsCompared: compared });
      return proof({ proven: false, why: differenceWords(differences), countsCompared: compared });
    } catch (error) {
      cancellationSignal().throwIfAborted();
      if (!(error instanceof StoreFailed)) throw error;
      return proof({ proven: false, why: twin.frozen.redact(error.message), countsCompared: 0 });
    }
  });
}

function differenceWords(differences: string[]): string {
  const more = differences.length - NAMED_DIFFERENCES;
  return differences.slice(0, NAMED_DIFFERENCES).join('; ') + (more > 0 ? `; and ${more} more` : '');
}

/** What is in the store once it is restored. A volume is filled, and not put to use: nothing of its service is started. */
async function restored(
  world: World,
  twin: OpenTwin,
  { backup, folder, kind }: RaiseSource,
  lock: { fd: number },
): Promise<Record<string, number>> {
  const { container, isNew } = await containerOf(world, twin, backup.service, lock);
  const scripts = await childScripts({
    ...{ runFolder: twin.folder, env: dockerEnvironment(world.env), redact: twin.frozen.redact },
    terminateOn: cancellationSignal(),
  });
  const place: RestorePlace = { engine: world.engine, container, folder, scripts };
  await verifyHashes(backup, place);
  // A volume beside those of a server may be filled after that has been started.
  if (isNew || backup.type === 'volume') await kind.beforeStart?.(backup, place);
  if (backup.type !== 'volume') {
    await start(world, container);
    await untilItAnswers(world, twin, { backup, folder, kind }, place);
    await kind.fill?.(backup, place);
  }
  return kind.count(backup, place);
}

/** The container of the store's service; `isNew` where it has never been started. */
async function containerOf(
  world: World,
  twin: OpenTwin,
  service: string,
  lock: { fd: number },
): Promise<{ container: string; isNew: boolean }> {
  const there = (await world.engine.containers(twin.project, service)).find(({ leftoverOf }) => !leftoverOf);
  if (there && there.state !== 'created') return { container: there.id, isNew: false };
  const [made] = await createOnTwin(world, twin, [service], lock);
  return { container: made!.Id, isNew: true };
}

async function start({ engine }: World, container: string): Promise<void> {
  try {
    await engine.start(container);
  } catch (error) {
    if (!(error instanceof EngineRefused)) throw error;
    throw new StoreFailed(`its server cannot be started on the twin: ${error.message}`);
  }
}

/** Throws `StoreFailed` where the server ends, or does not answer for as long as its gate would wait, or five minutes. */
async function untilItAnswers(
  { engine }: World,
  twin: OpenTwin,
  { backup, kind }: RaiseSource,
  place: RestorePlace,
): Promise<void> {
  const timeoutMs = Math.max(AT_LEAST_MS, twin.frozen.spec.services[backup.service]!.health.timeoutMs);
  const giveUpAt = performance.now() + timeoutMs;
  while (!(await kind.answers(backup, place))) {
    const { State } = (await engine.inspect(place.container)) ?? {};
    if (State?.Status !== 'running') {
      const lines = await engine.lastLines(place.container, EXCERPT_LINES);
      const end = State ? `ended with ${State.ExitCode}` : 'is gone';
      throw new StoreFailed(`its server ${end} on the twin: ${lines.at(-1) ?? 'it wrote nothing'}`, lines);
    }
    if (performance.now() > giveUpAt) {
      throw new StoreFailed(`its server did not answer on the twin within ${duration(timeoutMs)}`);
    }
    await pause(ASK_EVERY_MS, undefined, { signal: cancellationSignal() });
  }
}
