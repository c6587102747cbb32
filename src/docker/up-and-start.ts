/**
 * Runs Compose, and starts what it has created, and what it found stopped and left as it was. Both are one child: were
 * the start left to us, our death between the two would leave the service down until somebody takes over. A container
 * that has run and ended meanwhile is not started a second time. Signals that go to the whole group are for Compose and
 * docker; the shell stays, so that it does not end before they do. Compose's exit code, or that of the start.
 */
const SCRIPT = `
project=$1 service=$2; shift 2
trap : TERM INT HUP
found() {
  docker ps -a --no-trunc --format '{{.State}} {{.ID}}' "$@" \\
    --filter "label=com.docker.compose.project=$project" --filter "label=com.docker.compose.service=$service" \\
    --filter label=com.docker.compose.oneoff=False
}
stopped=$(found --filter status=exited) || exit
"$@" || exit
now=$(found --filter status=created --filter status=exited) || exit
ids= state=
for word in $now; do
  case $state in
    created) ids="$ids $word" ;;
    exited) case $stopped in *"$word"*) ids="$ids $word" ;; esac ;;
    *) state=$word; continue ;;
  esac
  state=
done
[ -z "$ids" ] || docker start $ids
`;

/** The command that makes Compose create a service, and then starts its new and its stopped containers. */
export function upAndStartArgv(project: string, service: string, compose: string[]): string[] {
  return ['/bin/sh', '-c', SCRIPT, 'evenkeel-up', project, service, ...compose];
}
