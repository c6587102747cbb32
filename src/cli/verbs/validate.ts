import path from 'node:path';
import { composeEnvironment } from '../../docker/compose-environment.js';
import { examineProject } from '../../docker/examine-project.js';
import { type Finding, findingText } from '../../spec/finding.js';
import { EXIT } from '../../spec/outcome.js';
import { layoutFrom } from '../../store/layout.js';
import { requireStack } from '../choose-stack.js';
import { UsageError } from '../errors.js';
import type { Cli, Colours } from '../terminal.js';

/** Prints every finding about the configuration, with the environment that a deployment would give it. */
export async function validate(cli: Cli): Promise<number> {
  const layout = layoutFrom(cli.env);
  const { name, entry, project } = await requireStack(cli, layout);
  const source = entry ?? project;
  if (!source)
    throw new UsageError(`no stack "${name}" is registered here`, 'go to its directory, or name its files with -f');
  const env = await composeEnvironment({ layout, env: cli.env }, name);
  const { findings } = await examineProject({ ...source, projectName: name }, env);

  const valid = findings.every(({ severity }) => severity !== 'error');
  if (cli.flags.json) cli.printJson({ stack: name, valid, findings });
  else {
    for (const finding of findings) cli.print(lineOf(finding, cli.cwd, cli.printColours));
    if (valid) cli.say(`${name} is valid${findings.length > 0 ? ', with warnings' : ''}`);
  }
  return valid ? EXIT.ok : EXIT.usage;
}

function lineOf(finding: Finding, cwd: string, colours: Colours): string {
  const { place, severity } = finding;
  const word = severity === 'error' ? colours.red('error  ') : colours.yellow('warning');
  return `${word} ${findingText(place ? { ...finding, place: { ...place, file: shortPath(place.file, cwd) } } : finding)}`;
}

/** As seen from here, where the file is here or below. */
function shortPath(file: string, cwd: string): string {
  const relative = path.relative(cwd, file);
  return path.isAbsolute(file) && !relative.startsWith('..') ? relative : file;
}
