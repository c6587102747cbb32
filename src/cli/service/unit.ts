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

/** Variables that lead the server or worker where this shell's evenkeel is led. None of them is a secret: units are readable. */
const CARRIED = [
  ...[
    'PATH',
    'EVENKEEL_HOME',
    'EVENKEEL_LOCK_DIR',
    'EVENKEEL_CACHE',
    'EVENKEEL_HEALTH_PORT',
    'EVENKEEL_BUILD_ID',
    'XDG_STATE_HOME',
    'XDG_CACHE_HOME',
    'HOME',
  ],
  ...['DOCKER_HOST', 'DOCKER_TLS_VERIFY', 'DOCKER_CERT_PATH'],
  ...['TEMPORAL_ADDRESS', 'TEMPORAL_NAMESPACE', 'TEMPORAL_PROFILE', 'TEMPORAL_CONFIG_FILE'],
];

export function carriedEnvironment(env: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(CARRIED.flatMap((name) => (env[name] ? [[name, env[name]]] : [])));
}
