import { EXIT } from '../../spec/outcome.js';
import { layoutFrom } from '../../store/layout.js';
import { showText } from '../render/show-text.js';
import { reportOn } from '../runs/report-on.js';
import type { Cli } from '../terminal.js';

/** Prints all that is known of one run. */
export async function show(cli: Cli, run: string): Promise<number> {
  const report = await reportOn(cli, layoutFrom(cli.env), run);
  if (cli.flags.json) cli.printJson(report);
  else cli.print(showText(report, cli.printColours));
  return EXIT.ok;
}
