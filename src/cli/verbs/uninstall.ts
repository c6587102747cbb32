import { EXIT } from '../../spec/outcome.js';
import { type Layout, layoutFrom } from '../../store/layout.js';
import { CommandFailed } from '../errors.js';
import { confirm } from '../prompt.js';
import { tableText } from '../render/table.js';
import type { Cli } from '../terminal.js';
import { type Belonging, belongings, UNIT } from '../uninstall/belongings.js';
import { whatIsAtWork } from '../uninstall/at-work.js';

export interface UninstallFlags {
  yes?: boolean;
  data?: boolean;
  dryRun?: boolean;
}

/** Says what Evenkeel has on this machine, and removes it; what cannot be made again only with `--data`. */
export async function uninstall(
  cli: Cli,
  { yes = false, data = false, dryRun = false }: UninstallFlags,
): Promise<number> {
  const layout = layoutFrom(cli.env);
  const all = await belongings(cli, layout);
  const going = all.filter(({ kind, remove }) => remove && (kind !== 'data' || data));
  const rows = all.map((one) => [going.includes(one) ? 'goes' : 'stays', one.what, one.place, becauseOf(one, data)]);
  if (!cli.flags.json && all.length > 0) cli.print(tableText(['', 'WHAT', 'WHERE', ''], rows));
  if (going.length === 0 || dryRun) {
    if (cli.flags.json) cli.printJson(account(all, dryRun ? going : [], dryRun));
    else cli.say(going.length === 0 ? 'nothing to remove' : 'this would be removed; nothing was');
    return EXIT.ok;
  }

  // The unit is ours to stop; anything else that is at work would go on writing where nothing should be any more.
  const unit = going.find(({ what }) => what === UNIT);
  if (!unit) await refuseWhileAtWork(layout);
  if (!(await confirm(cli, data ? 'Remove it all, releases and backups among it?' : 'Remove what goes?', yes))) {
    cli.say('left as it is');
    return EXIT.failed;
  }
  await unit?.remove?.();
  await refuseWhileAtWork(layout);
  for (const one of going) if (one !== unit) await one.remove?.();
  if (cli.flags.json) cli.printJson(account(all, going, false));
  else cli.say('removed; stacks run on as they are, and the program itself is this clone');
  return EXIT.ok;
}

async function refuseWhileAtWork(layout: Layout): Promise<void> {
  const atWork = await whatIsAtWork(layout);
  if (atWork !== undefined) throw new CommandFailed(`${atWork} is at work here`, 'stop it, then uninstall again');
}

function becauseOf({ kind, remedy }: Belonging, data: boolean): string {
  if (remedy !== undefined) return remedy;
  return kind === 'data' && !data ? 'data: --data' : '';
}

function account(all: Belonging[], going: Belonging[], dryRun: boolean): object {
  const told = (list: Belonging[]): object[] =>
    list.map(({ what, place, kind, remedy }) => ({ what, place, kind, remedy }));
  return { dryRun, removed: told(going), stays: told(all.filter((one) => !going.includes(one))) };
}
