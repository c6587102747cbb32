import { EXIT } from '../../spec/outcome.js';
import { layoutFrom } from '../../store/layout.js';
import { checkDocker } from '../doctor/check-docker.js';
import { checkHost } from '../doctor/check-host.js';
import { checkPlaces } from '../doctor/check-places.js';
import { checkTemporal } from '../doctor/check-temporal.js';
import type { Check } from '../doctor/check.js';
import { engineId } from '../doctor/tools.js';
import type { Cli, Colours } from '../terminal.js';

/** Looks at everything a deployment needs on this machine; changes nothing. */
export async function doctor(cli: Cli): Promise<number> {
  const layout = layoutFrom(cli.env);
  const [docker, temporal, host, places] = await Promise.all([
    checkDocker(cli.env),
    checkTemporal(cli),
    checkHost(layout, await engineId(cli.env)),
    checkPlaces(layout),
  ]);
  const checks = [...docker, ...temporal, host, ...places];

  const failed = checks.some(({ state }) => state === 'fail');
  if (cli.flags.json) cli.printJson({ ok: !failed, checks });
  else for (const check of checks) cli.print(checkText(check, cli.printColours));
  return failed ? EXIT.failed : EXIT.ok;
}

function checkText({ name, state, found, remedy }: Check, colours: Colours): string {
  const mark = { ok: colours.green('ok  '), warn: colours.yellow('warn'), fail: colours.red('FAIL') }[state];
  return `${mark}  ${name.padEnd(14)}  ${found}${remedy === undefined ? '' : `\n      ${''.padEnd(14)}  → ${remedy}`}`;
}
