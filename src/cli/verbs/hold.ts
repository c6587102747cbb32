import { startHold } from '../../client/holds.js';
import { requireWorker } from '../../client/pollers.js';
import { type HoldReport, holdReportText } from '../../spec/hold.js';
import { holdInput, type HoldRequest } from '../../spec/hold-input.js';
import { EXIT } from '../../spec/outcome.js';
import { stackToDeploy } from '../deploy-request.js';
import { UsageError } from '../errors.js';
import { performerFrom } from '../performer.js';
import { reportOf } from '../short-run.js';
import type { Cli } from '../terminal.js';
import { withTemporal } from '../with-temporal.js';

export interface HoldFlags {
  reason?: string;
  end?: boolean;
  dryRun?: boolean;
}

/** Has nothing act on the stack here by itself for a while; or lets it again. */
export async function hold(cli: Cli, duration: string | undefined, flags: HoldFlags): Promise<number> {
  const { reason, end = false, dryRun = false } = flags;
  const asked = {
    ...{ performer: performerFrom(cli.env), end, dryRun },
    ...(duration === undefined ? {} : { for: duration }),
    ...(reason === undefined ? {} : { reason }),
    ...(cli.flags.host === undefined ? {} : { host: cli.flags.host }),
  };
  refuseWhatCannotBe(asked);
  return withTemporal(cli, async (reach) => {
    await requireWorker(reach);
    const run = await startHold(reach.client, { ...asked, stack: await stackToDeploy(cli, reach) });
    const report = await reportOf<HoldReport>(reach, run);
    if (report === undefined) return EXIT.interrupted;
    if (cli.flags.json) cli.printJson({ ...report, ...run });
    else cli.say(holdReportText(report));
    return EXIT.ok;
  });
}

/** Before anybody is asked: what the workflow would refuse, but for the name of the stack. */
function refuseWhatCannotBe(asked: Omit<HoldRequest, 'stack'>): void {
  const read = holdInput().safeParse({ ...asked, stack: 'any' });
  const [issue] = read.error?.issues ?? [];
  if (issue) throw new UsageError(issue.message, 'evenkeel hold 2h --reason "the database moves"');
}
