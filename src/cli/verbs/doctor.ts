import path from 'node:path';
import { EXIT } from '../../spec/outcome.js';
import { type Layout, layoutFrom } from '../../store/layout.js';
import { readJson } from '../../store/private-file.js';
import { checkDocker } from '../doctor/check-docker.js';
import { checkPlaces } from '../doctor/check-places.js';
import { checkTemporal } from '../doctor/check-temporal.js';
import { type Check, ok } from '../doctor/check.js';
import type { Cli, Colours } from '../terminal.js';

/** Looks at everything a deployment needs on this machine; changes nothing. */
export async function doctor(cli: Cli): Promise<number> {
  const layout = layoutFrom(cli.env);
  const [docker, temporal, places] = await Promise.all([checkDocker(cli.env), checkTemporal(cli), checkPlaces(layout)]);
  const host = ok('host id', (await hostId(layout)) ?? 'made up when the first worker starts');
  const checks = [...docker, ...temporal, host, ...places];

  const failed = checks.some(({ state }) => state === 'fail');
  if (cli.flags.json) cli.printJson({ ok: !failed, checks });
  else for (const check of checks) cli.print(checkText(check, cli.printColours));
  return failed ? EXIT.failed : EXIT.ok;
}

async function hostId(layout: Layout): Promise<string | undefined> {
  return (await readJson<{ host?: string }>(path.join(layout.home, 'host.json')))?.host;
}

function checkText({ name, state, found, remedy }: Check, colours: Colours): string {
  const mark = { ok: colours.green('ok  '), warn: colours.yellow('warn'), fail: colours.red('FAIL') }[state];
  return `${mark}  ${name.padEnd(14)}  ${found}${remedy === undefined ? '' : `\n      ${''.padEnd(14)}  → ${remedy}`}`;
}
