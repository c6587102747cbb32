import { KEEP } from './shell-words.js';

/**
 * `beside NAME IMAGE MOUNT`: makes a container that never starts and mounts what is to be copied at /evenkeel. Docker itself
 * then copies, so that the image needs no program for it, and owners, modes and links stay.
 */
const BESIDE = `
beside() {
  docker rm --force --volumes "$1" >/dev/null 2>&1
  docker create --name "$1" --label evenkeel.reading=1 --network none --entrypoint never-started --mount "$3" "$2" >/dev/null
}
`;

/**
 * Arguments: file, scratch, name of the container to copy with, image, mount, packer, what to do with the containers that
 * use it (crash, paused or stopped), a file for the id of the one that is being stopped, and their ids. However it ends by itself, they
 * are as they were.
 */
export const DUMP = `${KEEP}${BESIDE}
file=$1 scratch=$2 name=$3 image=$4 mount=$5 packer=$6 how=$7 stopping=$8
shift 8
rm -f "$file" "$scratch".sum "$scratch".code "$scratch".disk "$scratch".said
back() {
  docker rm --force --volumes "$name" >/dev/null 2>&1
  case "$how" in
    paused) for one in "$@"; do docker unpause "$one" >/dev/null 2>&1; done ;;
    stopped) for one in "$@"; do docker start "$one" >/dev/null 2>&1; done ;;
  esac
}
beside "$name" "$image" "$mount" || { back; exit 1; }
case "$how" in
  paused) for one in "$@"; do docker pause "$one" >/dev/null || { back "$@"; exit 1; }; done ;;
  stopped)
    for one in "$@"; do
      echo "$one" >"$stopping"
      docker stop "$one" >/dev/null || { back "$@"; exit 1; }
    done
    rm -f "$stopping" ;;
esac
{ docker cp --archive "$name:/evenkeel" - 2>"$scratch.said"; echo $? >"$scratch.code"; } | $packer | keep "$file" "$scratch"
back "$@"
all_well "$scratch"
`;

/**
 * Puts containers back that a dump left paused or stopped, those that are still there. Arguments: name of its container,
 * how, the file that names one which Docker may still be about to stop, ids. Fails, with what Docker said, unless it could.
 */
export const PUT_BACK = `
name=$1 how=$2 stopping=$3 failed=0
shift 3
docker rm --force --volumes "$name" >/dev/null 2>&1
for one in "$@"; do
  there=$(docker ps --all --quiet --filter "id=$one") || exit 1
  [ -n "$there" ] || continue
  case "$how" in
    paused)
      # Somebody else may be about it as well.
      said=$(docker unpause "$one" 2>&1)
      [ -z "$(docker ps --quiet --filter "id=$one" --filter status=paused)" ] || { echo "$said"; failed=1; } ;;
    stopped)
      [ "$(cat "$stopping" 2>/dev/null)" != "$one" ] || docker stop "$one" >/dev/null
      docker start "$one" >/dev/null || failed=1 ;;
  esac
done
[ "$failed" = 1 ] || rm -f "$stopping"
exit $failed
`;

/** What is in a tar listing: how many of each kind, and the bytes of all files. */
const TALLY = `awk '
  { kind = substr($1, 1, 1)
    if (kind == "-" || kind == "h") files++; else if (kind == "d") folders++; else if (kind == "l") links++; else others++
    if (kind == "-") bytes += $3 }
  END { printf "files|%d\\nfolders|%d\\nlinks|%d\\nothers|%d\\nbytes|%.0f\\n", files, folders, links, others, bytes }'`;

/** Reads an archive through. Arguments: file, unpacker, scratch. */
export const READ_ARCHIVE = `${KEEP}
rm -f "$3.code" "$3.list"
{ $2 <"$1" 2>"$3.said"; echo $? >"$3.code"; } | { tar --list --verbose --numeric-owner --file - 2>>"$3.said"; echo $? >"$3.list"; } | ${TALLY}
tallied=$? unpacked=$(cat "$3.code" 2>/dev/null) listed=$(cat "$3.list" 2>/dev/null)
if [ "$unpacked $listed $tallied" != '0 0 0' ]; then
  tail -n 3 "$3.said" >&2
  echo 'it cannot be read through' >&2
  fail_with "$unpacked" "$listed" "$tallied"
fi
`;

/** Arguments: file, unpacker, scratch, name of the container to copy with, image, mount. */
export const PLACE = `${KEEP}${BESIDE}
beside "$4" "$5" "$6" || exit 1
{ $2 <"$1" 2>"$3.said"; echo $? >"$3.code"; } | docker cp --archive - "$4:/"
placed=$?
docker rm --force --volumes "$4" >/dev/null 2>&1
code=$(cat "$3.code")
[ "$placed" = 0 ] || fail_with "$placed" "$code"
[ "$code" = 0 ] || { tail -n 3 "$3.said" >&2; fail_with "$code"; }
`;

/**
 * Counts in the same way as it is dumped: what else the service mounts within is none of it. Arguments: scratch, name of the
 * container to copy with, image, mount.
 */
export const COUNT = `${KEEP}${BESIDE}
beside "$2" "$3" "$4" || exit 1
{ docker cp --archive "$2:/evenkeel" - 2>"$1.said"; echo $? >"$1.code"; } |
  { tar --list --verbose --numeric-owner --file - 2>>"$1.said"; echo $? >"$1.list"; } | ${TALLY}
tallied=$? copied=$(cat "$1.code") listed=$(cat "$1.list")
docker rm --force --volumes "$2" >/dev/null 2>&1
[ "$copied $listed $tallied" = '0 0 0' ] || { tail -n 3 "$1.said" >&2; fail_with "$copied" "$listed" "$tallied"; }
`;
