import { KEPT_OF } from '../spec/put-back-command.js';

/**
 * Whether an image has the programs that `COPY_WITHIN` needs; says how many kilobytes a volume has. Holes count as what they would
 * take if they were filled, where the image can tell. Arguments: image, volume.
 */
export const LOOK_INTO = `
docker run --rm --stop-signal KILL --network none --user 0 --label evenkeel.reading=1 --entrypoint sh \\
  --mount "type=volume,source=$2,target=/from,readonly,volume-nocopy" "$1" -c '
  for program in find cp rm stat cksum sort sync du; do
    command -v "$program" >/dev/null || { echo "there is no $program in the image" >&2; exit 1; }
  done
  { du -sk /from; du -sk --apparent-size /from; } 2>/dev/null | sort -n | tail -n 1'
`;

/**
 * Within a container that mounts /from and /to: afterwards /to has what /from has, and nothing else, on the disk; checksums of
 * content, owners, modes, names and where links lead have been compared, and are said. Whatever state /to was in, it may be run
 * again. Argument: the checksums that /from has to have, or nothing; where it has others, /to is not touched.
 */
const COPY_WITHIN = `
set -eu
export LC_ALL=C
content() { cd "$1" && find . -type f -exec cksum {} + | sort | cksum; }
shape() { cd "$1" && find . -exec stat -c "%N %a %u:%g %F" {} + | sort | cksum; }
sums() { echo "$(content "$1") $(shape "$1")"; }
from="$(sums /from)"
[ -z "$1" ] || [ "$from" = "$1" ] || {
  echo "what was kept is not whole any more; nothing was removed" >&2
  exit 1
}
cd /to
find . -mindepth 1 -maxdepth 1 -exec rm -rf {} +
cp -a /from/. /to/
sync
[ "$(sums /to)" = "$from" ] || {
  echo "the copy is not what was to be copied; is the disk full, or broken?" >&2
  exit 1
}
echo "sums|$from"
`;

/**
 * Within a script: when each container that mounts the volume was started last, but for those of ours. One that goes meanwhile is
 * none; it fails where Docker does not say.
 */
const STARTS_WITHIN = `
started() {
  docker inspect --format '{{if not (index .Config.Labels "evenkeel.reading")}}start|{{.Id}}|{{.State.StartedAt}}{{end}}' "$1"
}
starts() {
  ids=$(docker ps --all --quiet --no-trunc --filter "volume=$1") || return
  for one in $ids; do
    started "$one" 2>/dev/null && continue
    there=$(docker ps --all --quiet --filter "id=$one") || return
    [ -z "$there" ] || started "$one" || return
  done
}
`;

/** The same, as a script. Arguments: volume. */
export const STARTS = `${STARTS_WITHIN}
starts "$1"
`;

/**
 * Says first what `STARTS` says of the volume that is in use. Arguments: name of the container to copy in, image, volume to
 * read, volume to fill, that of them which is in use, and what `sumsSaid` said of the volume to read, where that is known. Whoever
 * copies under that name is ended first: there is never more than one. A volume to read that is not there is not made. A Docker that
 * stops kills it: what its image asks for instead (INT for PostgreSQL's) looks like an end of its own.
 */
export const COPY = `${STARTS_WITHIN}
docker volume inspect "$3" >/dev/null || exit
docker rm --force "$1" >/dev/null 2>&1
starts "$5" || exit
exec docker run --rm --name "$1" --stop-signal KILL --label evenkeel.reading=1 --network none --user 0 --entrypoint sh \\
  --mount "type=volume,source=$3,target=/from,readonly,volume-nocopy" \\
  --mount "type=volume,source=$4,target=/to,volume-nocopy" \\
  "$2" -c '${COPY_WITHIN}' evenkeel "$6"
`;

/**
 * Makes a volume that keeps old content; one that is there stays. A Docker that is stopping may leave one without its labels: that one is
 * made anew, so nothing may have been copied into it yet. Arguments: volume, stack, run.
 */
export const MAKE_KEPT = `
make() { docker volume create --label "${KEPT_OF}=$2" --label "evenkeel.kept-by=$3" "$1" >/dev/null; }
make "$@" || exit
of=$(docker volume inspect --format '{{index .Labels "${KEPT_OF}"}}' "$1") || exit
[ "$of" = "$2" ] || { docker volume rm "$1" >/dev/null && make "$@"; }
`;

/** The containers that mount a volume, one a line, for `usersSaid`. Arguments: volume. */
export const WHO_USES = `
docker ps --all --no-trunc --filter "volume=$1" \\
  --format '{{.ID}}|{{.Label "com.docker.compose.project"}}|{{.Label "com.docker.compose.service"}}|{{.Label "com.docker.compose.oneoff"}}|{{.State}}|{{.Names}}'
`;

/** The checksums that a whole copy says of what it read; undefined where it is one of an earlier version's. */
export function sumsSaid(said: string): string | undefined {
  return /^sums\|(.+)$/m.exec(said)?.[1];
}

/**
 * Whether a container was started, and may have written to the volume, after `STARTS` had said `before`. One that is stopped by now
 * counts as well.
 */
export function wasStarted(before: string, now: string): boolean {
  const lines = (said: string): string[] => said.split('\n').filter((line) => line.startsWith('start|'));
  const known = lines(before);
  return lines(now).some((line) => !known.includes(line) && !line.endsWith(NEVER));
}

/** Docker's word for a container that has not been started yet. */
const NEVER = '|0001-01-01T00:00:00Z';
