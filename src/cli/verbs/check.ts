import { startCheck } from '../../client/checks.js';
import { requireWorker } from '../../client/pollers.js';
import type { CheckReport } from '../../spec/check-report.js';
import { EXIT } from '../../spec/outcome.js';
import { stackToDeploy } from '../deploy-request.js';
import { checkText } from '../render/check-text.js';
import { reportOf } from '../short-run.js';
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
    const report = await reportOf<CheckReport>(reach, run);
    if (report === undefined) return EXIT.interrupted;
    if (cli.flags.json) cli.printJson({ ...report, ...run });
    else cli.print(checkText(report, cli.printColours));
    return EXITS[report.health];
  });
}
