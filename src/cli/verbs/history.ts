import { rowOf } from '../../report/run-row.js';
import { EXIT } from '../../spec/outcome.js';
import { layoutFrom } from '../../store/layout.js';
import { chooseStack } from '../choose-stack.js';
import { UsageError } from '../errors.js';
import { historyText } from '../render/history-text.js';
import { pastRuns } from '../runs/past-runs.js';
import type { Cli } from '../terminal.js';

export interface HistoryFlags {
  limit: string;
}

/** Lists the newest runs of the stack here, or of all: from the evidence on this host, and from Temporal where it answers. */
export async function history(cli: Cli, { limit }: HistoryFlags): Promise<number> {
  const most = Number(limit);
  if (!Number.isInteger(most) || most < 1)
    throw new UsageError(`--limit ${limit} is no number of runs`, 'for example: --limit 50');
  const layout = layoutFrom(cli.env);
  const stack = (await chooseStack(cli, layout))?.name;
  const runs = await pastRuns(cli, layout, { most, ...(stack === undefined ? {} : { stack }) });
  const rows = runs.map(({ account, folder, source }) => ({
    ...rowOf(account, Date.now()),
    ...(folder === undefined ? {} : { folder }),
    source,
  }));
  if (cli.flags.json) cli.printJson(rows);
  else if (rows.length === 0) cli.say(`no run${stack === undefined ? '' : ` of ${stack}`} is known`);
  else cli.print(historyText(rows, cli.printColours));
  return EXIT.ok;
}
