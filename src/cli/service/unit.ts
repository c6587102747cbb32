import { isPassedOn } from '../../docker/compose-environment.js';

/** What a systemd unit of ours is made of. */
export interface Unit {
  /** Program and arguments; the program as an absolute path. */
  command: string[];
  env: Record<string, string>;
  /** For the whole machine, or for one user. */
  scope: 'system' | 'user';
}

/**
 * The text of the unit. `KillMode=process` is what makes it ours: systemd would otherwise kill the Compose commands and
 * dumps that have to outlive a worker.
 */
export function unitText({ command, env, scope }: Unit): string {
  return `# Written by evenkeel service install; evenkeel service remove takes it away.
[Unit]
Description=Evenkeel, deployment runbooks for Docker Compose stacks
Documentation=man:systemd.kill(5)
Wants=network-online.target
After=network-online.target${scope === 'system' ? ' docker.service' : ''}
StartLimitIntervalSec=0

[Service]
ExecStart=${command.map((word) => quoted(word.replaceAll('$', '$$$$'))).join(' ')}
${Object.entries(env)
  .map(([name, value]) => `Environment=${quoted(`${name}=${value}`)}\n`)
  .join('')}KillMode=process
TimeoutStopSec=30
Restart=always
RestartSec=2
UMask=0077

[Install]
WantedBy=${scope === 'system' ? 'multi-user.target' : 'default.target'}
`;
}

/** As systemd reads words: quotes and backslashes escaped, and no specifiers. */
function quoted(word: string): string {
  const escaped = word.replaceAll('%', '%%').replaceAll('\\', '\\\\').replaceAll('"', '\\"');
  return /^[\w@%+=:,./-]+$/.test(escaped) ? escaped : `"${escaped}"`;
}

/** Variables that lead the server or worker where this shell's evenkeel is led, beside those that Docker's commands need. */
const CARRIED = [
  ...['EVENKEEL_HOME', 'EVENKEEL_LOCK_DIR', 'EVENKEEL_CACHE', 'EVENKEEL_HEALTH_PORT', 'EVENKEEL_BUILD_ID'],
  ...['XDG_STATE_HOME', 'XDG_CACHE_HOME', 'TEMPORAL_ADDRESS', 'TEMPORAL_NAMESPACE', 'TEMPORAL_PROFILE'],
  'TEMPORAL_CONFIG_FILE',
];
const TEMPORAL_TLS = /^TEMPORAL_TLS(_|$)/;
/** What they need as well, and everybody who may read a unit must not. Files of keys are named by a path. */
const SECRET = /^(TEMPORAL_API_KEY|TEMPORAL_CODEC_AUTH|TEMPORAL_GRPC_META_.*|TEMPORAL_TLS_.*_DATA|DOCKER_AUTH_CONFIG)$/;
const PASSWORD_IN_ADDRESS = /:\/\/[^/@]*@/;

/** What of this shell's environment goes into the unit, and the names of what the worker needs, too, but is secret. */
export function carriedEnvironment(env: NodeJS.ProcessEnv): { carried: Record<string, string>; secret: string[] } {
  const carried: Record<string, string> = {};
  const secret: string[] = [];
  for (const [name, value] of Object.entries(env)) {
    if (!value) continue;
    if (SECRET.test(name)) secret.push(name);
    else if (CARRIED.includes(name) || TEMPORAL_TLS.test(name) || isPassedOn(name)) {
      if (PASSWORD_IN_ADDRESS.test(value)) secret.push(name);
      else carried[name] = value;
    }
  }
  return { carried, secret };
}
