import { KILLED_EXIT_CODES, NOT_RUN_EXIT_CODES } from '../docker/child-traces.js';

/**
 * What every script of ours begins with. The content of a stream goes to a file and through a hash on its way; exit codes
 * of the parts go to files, because a shell tells only that of the last.
 *
 * `keep FILE SCRATCH`: standard input to FILE; SCRATCH.sum gets its sha256. `all_well SCRATCH`: fails, with what was said,
 * unless whatever wrote SCRATCH.code and the disk were well. `fail_with CODE…`: ends with the first of these exit codes that says nothing
 * of the content, and with 1 where each of them does: of what was killed, of a container that Docker did not make, of a program that is
 * not there, or where there is no code, since a disk took none.
 */
export const KEEP = `
set -u
umask 077
export LC_ALL=C
keep() {
  { tee "$1"; echo $? >"$2.disk"; } | sha256sum >"$2.sum"
}
all_well() {
  disk=$(cat "$1.disk" 2>/dev/null) code=$(cat "$1.code" 2>/dev/null)
  if [ "$disk" != 0 ] || [ -z "$code" ]; then
    echo "the file could not be written whole: $(df -Pk "$(dirname "$1")" | tail -n 1 | { read -r fs all used free rest; echo "$free KiB are free there"; })"
    return 1
  fi
  if [ "$code" != 0 ]; then
    if [ -s "$1.said" ]; then tail -n 15 "$1.said"; else echo "it ended with $code"; fi
    return 1
  fi
}
fail_with() {
  for one in "$@"; do
    case "$one" in ${[...KILLED_EXIT_CODES, ...NOT_RUN_EXIT_CODES].join('|')}) exit "$one" ;; '') exit 125 ;; esac
  done
  exit 1
}
`;

/**
 * `exec_in ARG…`: `docker exec`. A client that loses Docker while its command runs ends without a word, or with one of the connection
 * that a database may say as well; Docker's own words about it come from asking again, unless one is reached that was started since.
 */
export const EXEC_IN = `
exec_in() {
  docker exec "$@" && return
  code=$?
  docker version >/dev/null
  return "$code"
}
`;

/**
 * `reading NAME IMAGE TEXT ARG…`: runs a shell script with standard input in a container of its own that reaches nothing,
 * made of the image that the data came from. What it says is kept in no log of Docker's. What an earlier one left under that
 * name is removed first. A Docker that stops kills it, whatever the image asks for; what it says of that comes as for `exec_in`.
 */
export const READING = `
reading() {
  name=$1 image=$2 text=$3
  shift 3
  docker rm --force --volumes "$name" >/dev/null 2>&1
  docker run --rm --interactive --name "$name" --stop-signal KILL --label evenkeel.reading=1 --log-driver none --network none --user 0 --entrypoint sh \\
    "$image" -c "$text" evenkeel "$@" && return
  code=$?
  docker version >/dev/null
  return "$code"
}
`;
