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
 * out to be sick and what served before serves again, 3 when that failed too, 6 when it was replaced or stopped meanwhile.
 * A deployment that left nothing to watch has nothing to wait for.
 */
export async function untilVerified(cli: Cli, reach: Reach, run: RunRef): Promise<number> {
  const deployments = new Deployments(reach.client);
  const end = await deployments.end(run.workflowId);
  const probation = end.kind === 'reported' ? end.report.probation : undefined;
  if (!probation) return exitCodeOfEnd(end);
  cli.say(`on probation for ${durationText(probation.forMs)}: ${probation.workflowId}`);
  const result = await interruptible((signal) => resultOf(reach, probation.workflowId, signal));
  if (!result) {
    cli.say('interrupted: the probation goes on');
    return EXIT.interrupted;
  }
  const { verified, service, reason, release, rollback, held } = result;
  cli.say(`release ${release}: ${verified}: ${service === undefined ? '' : `${service}: `}${reason}`);
  if (verified === 'verified') return EXIT.ok;
  if (verified === 'unknown') return EXIT.inconclusive;
  if (held !== undefined) cli.say(`it is not taken back, since the stack is ${held}`);
  if (rollback === undefined) return EXIT.leftovers;
  const back = exitCodeOfEnd(await deployments.end(rollback));
  cli.say(`${back === EXIT.ok ? 'what served before serves again' : 'it could not be taken back'}: ${rollback}`);
  return back === EXIT.ok ? EXIT.failed : EXIT.leftovers;
}

/** Undefined when somebody wants to leave first. A sick release is a failed workflow, whose details are the result. */
async function resultOf(reach: Reach, workflowId: string, signal: AbortSignal): Promise<ProbationResult | undefined> {
  const left = new Promise<undefined>((leave) =>
    signal.addEventListener('abort', () => leave(undefined), { once: true }),
  );
  const ended = (reach.client.workflow.getHandle(workflowId).result() as Promise<ProbationResult>).catch(
    (error: unknown) => {
      const cause = error instanceof WorkflowFailedError ? error.cause : undefined;
      if (cause instanceof ApplicationFailure && cause.type === 'sick') return cause.details![0] as ProbationResult;
      throw error;
    },
  );
  return Promise.race([ended, left]);
}
