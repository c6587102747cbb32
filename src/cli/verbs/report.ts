import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { packageVersion } from '../../package-root.js';
import type { RunReport } from '../../report/run-report.js';
import { EXIT } from '../../spec/outcome.js';
import { layoutFrom } from '../../store/layout.js';
import { writePrivate } from '../../store/private-file.js';
import { CommandFailed, UsageError } from '../errors.js';
import { reportOn } from '../runs/report-on.js';
import type { Cli } from '../terminal.js';

export interface ReportFlags {
  output?: string;
}

/** Writes a page about one run, and prints where it is; with `--json` prints what would be on it. */
export async function report(cli: Cli, run: string | undefined, { output }: ReportFlags): Promise<number> {
  if (cli.flags.json && output !== undefined)
    throw new UsageError('--json prints on stdout, and -o names a page', 'leave one of them out');
  const told = await reportOn(cli, layoutFrom(cli.env), run);
  if (cli.flags.json) {
    cli.printJson(told);
    return EXIT.ok;
  }
  // Loaded only here: what draws charts takes longer to load than all other verbs together.
  const { reportPage } = await import('../../report/page/report-page.js');
  cli.print(await writePage(cli, told, output, reportPage(told, packageVersion())));
  return EXIT.ok;
}

/** The seal of a bundle does not cover it: it can be written anew at any time. */
const PAGE_FILE = 'report.html';

/**
 * Writes a page into the file that is named, else into the run's folder: never into the current folder unasked, which may be a
 * build context. Where this host has no folder of the run, the current one it is all the same.
 */
async function writePage(cli: Cli, told: RunReport, output: string | undefined, page: string): Promise<string> {
  if (output === undefined && told.evidence) {
    const file = path.join(told.evidence.folder, PAGE_FILE);
    await writePrivate(file, page);
    return file;
  }
  const file = path.resolve(cli.cwd, output ?? `${told.stack}-${told.runId.slice(-8)}-${PAGE_FILE}`);
  try {
    await writeFile(file, page);
  } catch (error) {
    throw new CommandFailed(`the page cannot be written: ${(error as Error).message}`, 'name another file with -o');
  }
  return file;
}
