import type { RunSummary } from '../../client/runs.js';
import type { Engine } from '../../docker/engine.js';
import { lookAtStack } from '../../docker/stack-look.js';
import type { HostPresence } from '../../presence/read-presences.js';
import { stands } from '../../spec/hold.js';
import type { StackLook } from '../../spec/presence.js';
import type { Question } from '../../spec/question.js';
import type { Layout } from '../../store/layout.js';

/** A stack of some host, as it is now. */
export interface StackStatus extends StackLook {
  /** Absent where this machine has no host id yet. */
  host?: string;
  directory?: string;
  /** Workflow ids of the deployments that are open. */
  running: string[];
  /** What those of them ask that wait for a person to decide. */
  asks?: Question[];
  /** Why its host cannot be asked; what is told of it is then from before. */
  away?: string;
}

/** A stack of this machine, by its own engine. */
export async function lookHere(
  { layout, engine, runs, host }: { layout: Layout; engine: Engine; runs: RunSummary[]; host?: string },
  stack: string,
  directory?: string,
): Promise<StackStatus> {
  return {
    ...(await lookAtStack(layout, engine, stack)),
    ...(host === undefined ? {} : { host }),
    ...(directory === undefined ? {} : { directory }),
    running: runsOf(runs, stack, host),
  };
}

/** The stacks of another host, as its presence tells. */
export function stacksElsewhere(
  { host, stacks, alive, lastSeenMs, look }: HostPresence,
  runs: RunSummary[],
): StackStatus[] {
  const seen = lastSeenMs === undefined ? '' : `, last seen ${new Date(lastSeenMs).toISOString()}`;
  const away = alive ? look?.away : `the worker of ${host} is not at work${seen}`;
  return stacks.map(({ stack, directory }) => {
    const found = look?.stacks.find((each) => each.stack === stack);
    return {
      ...{ host, stack, directory, services: found?.services ?? [], running: runsOf(runs, stack, host) },
      ...(found?.release ? { release: found.release } : {}),
      // What is told may be from before.
      ...(found?.hold && stands(found.hold, Date.now()) ? { hold: found.hold } : {}),
      ...(away === undefined ? {} : { away }),
    };
  });
}

/** A run that has not been located yet may be of any host. */
function runsOf(runs: RunSummary[], stack: string, host: string | undefined): string[] {
  return runs
    .filter((run) => run.stack === stack && (host === undefined || run.host === undefined || run.host === host))
    .map(({ workflowId }) => workflowId);
}
