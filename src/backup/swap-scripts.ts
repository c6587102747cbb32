/** The programs of an image that `COPY_WITHIN` needs. Arguments: image. */
export const HAS_PROGRAMS = `
docker run --rm --network none --user 0 --label evenkeel.reading=1 --entrypoint sh "$1" -c '
  for program in find cp rm stat cksum sort sync; do
    command -v "$program" >/dev/null || { echo "there is no $program in the image" >&2; exit 1; }
  done'
`;

/**
 * Within a container that mounts /from and /to: afterwards /to has what /from has, and nothing else, on the disk; content,
 * owners, modes and names have been compared. Whatever state /to was in, it may be run again.
 */
const COPY_WITHIN = `
set -eu
export LC_ALL=C
cd /to
find . -mindepth 1 -maxdepth 1 -exec rm -rf {} +
cp -a /from/. /to/
sync
content() { cd "$1" && find . -type f -exec cksum {} + | sort | cksum; }
shape() { cd "$1" && find . -exec stat -c "%n %a %u:%g %F" {} + | sort | cksum; }
[ "$(content /from)" = "$(content /to)" ] && [ "$(shape /from)" = "$(shape /to)" ] || {
  echo "the copy is not what was to be copied; is the disk full, or broken?" >&2
  exit 1
}
`;

/**
 * Arguments: name of the container to copy in, image, volume to read, volume to fill. Whoever copies under that name is
 * ended first: there is never more than one.
 */
export const COPY = `
docker rm --force "$1" >/dev/null 2>&1
exec docker run --rm --name "$1" --label evenkeel.reading=1 --network none --user 0 --entrypoint sh \\
  --mount "type=volume,source=$3,target=/from,readonly,volume-nocopy" \\
  --mount "type=volume,source=$4,target=/to,volume-nocopy" \\
  "$2" -c '${COPY_WITHIN}'
`;

/** Makes a volume that keeps old content; one that is there stays. Arguments: volume, stack, run. */
export const MAKE_KEPT = `
docker volume create --label "evenkeel.kept-of=$2" --label "evenkeel.kept-by=$3" "$1" >/dev/null
`;

/** Ids of the containers that mount a volume and run, or are about to. Arguments: volume. */
export const USERS = `
docker ps --quiet --no-trunc --filter "volume=$1" --filter status=running --filter status=restarting --filter status=paused
`;

/** Compose project and service of the same, with a name; one a line. Arguments: volume. */
export const WHO_USES = `
docker ps --all --filter "volume=$1" --format '{{.Label "com.docker.compose.project"}}|{{.Label "com.docker.compose.service"}}|{{.Names}}|{{.State}}'
`;
