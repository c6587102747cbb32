/**
 * Runs Compose, and starts what it has only created. Both are one child: were the start left to us, our death between
 * the two would leave the service down until somebody takes over. Compose's exit code, or that of the start.
 */
const SCRIPT = `
project=$1 service=$2; shift 2
"$@" || exit
created=$(docker ps -aq --filter status=created \\
  --filter "label=com.docker.compose.project=$project" --filter "label=com.docker.compose.service=$service" \\
  --filter label=com.docker.compose.oneoff=False) || exit
[ -z "$created" ] || exec docker start $created
`;

/** The command that makes Compose create a service, and then starts its new containers. */
export function upAndStartArgv(project: string, service: string, compose: string[]): string[] {
  return ['/bin/sh', '-c', SCRIPT, 'evenkeel-up', project, service, ...compose];
}
