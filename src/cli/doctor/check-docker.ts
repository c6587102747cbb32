import { checkToolVersions } from '../../preflight/tool-versions.js';
import { type Check, fail, ok } from './check.js';
import { type EngineVersions, engineVersions, unreachable } from './tools.js';

/** Docker Engine, Compose and buildx, by the rules that preflight has. */
export async function checkDocker(env: NodeJS.ProcessEnv): Promise<Check[]> {
  const wrong = unreachable(env);
  if (wrong !== undefined) return [fail('Docker Engine', wrong, 'set DOCKER_HOST for the worker, or unset it')];
  return dockerChecks(await engineVersions(env));
}

export function dockerChecks({ engine, engineApi, compose, buildx }: EngineVersions): Check[] {
  if (engine === undefined || engineApi === undefined) {
    const remedy = 'start it (systemctl start docker), install it (npm run setup), or ask to be in the group docker';
    return [fail('Docker Engine', 'does not answer', remedy)];
  }
  const findings = checkToolVersions({ engineApi, ...(compose && { compose }), ...(buildx && { buildx }) }, 1);
  const check = (name: string, rule: string, found: string | undefined): Check => {
    const finding = findings.find((each) => each.rule.startsWith(rule));
    return finding ? fail(name, finding.message, finding.remedy ?? 'npm run setup') : ok(name, found ?? '');
  };
  return [
    check('Docker Engine', 'engine', `${engine} (API ${engineApi})`),
    check('Docker Compose', 'compose', compose),
    check('Docker buildx', 'buildx', buildx),
  ];
}
