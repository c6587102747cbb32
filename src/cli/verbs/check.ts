import { endOfCheck, startCheck } from '../../client/checks.js';
import { requireWorker } from '../../client/pollers.js';
import type { CheckReport } from '../../spec/check-report.js';
import { EXIT, INVALID_INPUT } from '../../spec/outcome.js';
import { stackToDeploy } from '../deploy-request.js';
import { CommandFailed, UsageError } from '../errors.js';
import { interruptible } from '../interrupt.js';
import { checkText } from '../render/check-text.js';
import type { Cli } from '../terminal.js';
import { withTemporal } from '../with-temporal.js';

export interface CheckFlags {
  only?: string;
}

const EXITS: Record<CheckReport['health'], number> = {
  healthy: EXIT.ok,
  unhealthy: EXIT.failed,
  inconclusive: EXIT.inconclusive,
};

/** Looks at the stack here, layer by layer, and says what it found. Nothing is changed. */
export async function check(cli: Cli, services: string[], { only }: CheckFlags): Promise<number> {
  return withTemporal(cli, async (reach) => {
    await requireWorker(reach);
    const stack = await stackToDeploy(cli, reach);
    const run = await startCheck(reach.client, {
      ...{ stack, services },
      ...(only === undefined ? {} : { only }),
      ...(cli.flags.host === undefined ? {} : { host: cli.flags.host }),
    });
    const end = await interruptible((interrupted) =>
      Promise.race([endOfCheck(reach.client, run), aborted(interrupted)]),
    );
    if (end === undefined) return EXIT.interrupted;
    if (end.kind === 'failed') {
      if (end.type === INVALID_INPUT) throw new UsageError(end.message);
      throw new CommandFailed(end.message, `look at the run: temporal workflow show -w '${run.workflowId}'`);
    }
    if (cli.flags.json) cli.printJson({ ...end.report, ...run });
    else cli.print(checkText(end.report, cli.printColours));
    return EXITS[end.report.health];
  });
}

function aborted(signal: AbortSignal): Promise<undefined> {
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(undefined), { once: true }));
}
