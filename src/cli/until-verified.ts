import { WorkflowFailedError } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import type { Reach } from '../client/connect.js';
import { Deployments, type RunRef } from '../client/deployments.js';
import { exitCodeOfEnd } from '../client/deployment-end.js';
import { EXIT } from '../spec/outcome.js';
import type { ProbationResult } from '../spec/probation.js';
import { interruptible } from './interrupt.js';
import { durationText } from '../spec/duration-text.js';
import type { Cli } from './terminal.js';

/**
 * Waits until the release that a deployment has left is verified, and returns the exit code: 0 when it is, 1 when it turned
 * out to be sick, 3 when taking it back failed, 6 when it was replaced or stopped meanwhile. A deployment that left nothing to
 * watch has nothing to wait for.
 */
export async function untilVerified(cli: Cli, reach: Reach, run: RunRef): Promise<number> {
  const deployments = new Deployments(reach.client);
  const end = await deployments.end(run.workflowId);
  const probation = end.kind === 'reported' ? end.report.probation : undefined;
  if (!probation) return exitCodeOfEnd(end);
  cli.say(`on probation for ${durationText(probation.forMs)}: ${probation.workflowId}`);
  // The next deployment's probation has the same id.
  const own = await deployments.childOf(run.workflowId, probation.workflowId);
  if (!own) {
    cli.say('nothing can be said of the release: Temporal does not know its probation any more');
    return EXIT.inconclusive;
  }
  const result = await interruptible((signal) => resultOf(reach, own, signal));
  if (!result) {
    cli.say('interrupted: the probation goes on');
    return EXIT.interrupted;
  }
  const { verified, service, reason, release, rollback, held } = result;
  cli.say(`release ${release}: ${verified}: ${service === undefined ? '' : `${service}: `}${reason}`);
  if (verified === 'verified') return EXIT.ok;
  if (verified === 'unknown') return EXIT.inconclusive;
  if (rollback === undefined) {
    cli.say(`it is not taken back, since ${held === undefined ? 'nothing served before' : `the stack is ${held}`}`);
    return EXIT.failed;
  }
  const back = exitCodeOfEnd(await deployments.end(rollback));
  cli.say(`${back === EXIT.ok ? 'what served before serves again' : 'it was not taken back'}: ${rollback}`);
  return back === EXIT.leftovers ? EXIT.leftovers : EXIT.failed;
}

/** Undefined when somebody wants to leave first. A sick release is a failed workflow, whose details are the result. */
async function resultOf(
  { client }: Reach,
  { workflowId, runId }: RunRef,
  signal: AbortSignal,
): Promise<ProbationResult | undefined> {
  const left = new Promise<undefined>((leave) =>
    signal.addEventListener('abort', () => leave(undefined), { once: true }),
  );
  const ended = (client.workflow.getHandle(workflowId, runId).result() as Promise<ProbationResult>).catch(
    (error: unknown) => {
      const cause = error instanceof WorkflowFailedError ? error.cause : undefined;
      if (cause instanceof ApplicationFailure && cause.type === 'sick') return cause.details![0] as ProbationResult;
      throw error;
    },
  );
  return Promise.race([ended, left]);
}
