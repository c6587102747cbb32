import { EXEC_IN, KEEP, READING } from './shell-words.js';

/**
 * Runs within the container, for `sh -c`: finds the client, the server's port, and a user that gets in. The password is in
 * REDISCLI_AUTH, which the client reads by itself: the container's own, or the one that the child was given, else what the
 * container's environment, its configuration file and its access list say. $1: the configuration file, $2: the access list,
 * $3: the user, each of them or empty; they are shifted away.
 */
const CONNECT = `
cli=$(command -v redis-cli || command -v valkey-cli || command -v keydb-cli) || { echo 'there is no redis-cli in the container' >&2; exit 65; }
config=$1 list=$2 user=$3
shift 3
secret() {
  eval "value=\\\${$1:-} file=\\\${$1_FILE:-}"
  if [ -z "$value" ] && [ -n "$file" ]; then value=$(cat "$file" 2>/dev/null); fi
  printf '%s' "$value"
}
setting() { sed -n "s/^[[:space:]]*$1[[:space:]]*//p" "$config" 2>/dev/null | tail -n 1 | tr -d "\\"'\\r"; }
if [ -z "\${REDISCLI_AUTH:-}" ]; then
  for name in REDIS_PASSWORD VALKEY_PASSWORD; do
    REDISCLI_AUTH=$(secret "$name")
    [ -z "$REDISCLI_AUTH" ] || break
  done
  if [ -n "$config" ] && [ -z "$REDISCLI_AUTH" ]; then REDISCLI_AUTH=$(setting requirepass); fi
  if [ -n "$REDISCLI_AUTH" ]; then export REDISCLI_AUTH; else unset REDISCLI_AUTH; fi
fi
port=$(tr '\\0' ' ' </proc/1/cmdline | sed -n 's/.*:\\([0-9][0-9]*\\).*/\\1/p')
client() {
  if [ -n "$user" ]; then "$cli" -p "\${port:-6379}" --user "$user" "$@"; else "$cli" -p "\${port:-6379}" "$@"; fi
}
ask() { client "$@" 2>/dev/null; }
said=$(ask ping)
case "$said" in
  *NOAUTH*|*WRONGPASS*)
    [ -n "$list" ] || { [ -z "$config" ] || list=$(setting aclfile); }
    for name in REDIS_USERNAME REDIS_USER VALKEY_USERNAME; do
      user=$(secret "$name")
      [ -z "$user" ] || break
    done
    now=
    [ -z "$user" ] || now=$(ask ping)
    if [ "$now" != PONG ]; then
      for file in "$config" "$list"; do
        [ -r "$file" ] || continue
        while read -r kind user rules; do
          [ "$kind" = user ] || continue
          case " $rules " in *' on '*'>'*|*'>'*' on '*) ;; *) continue ;; esac
          password=\${rules#*>}
          export REDISCLI_AUTH="\${password%% *}"
          now=$(ask ping)
          [ "$now" != PONG ] || break 2
        done <"$file"
      done
    fi
    if [ "$now" = PONG ]; then said=PONG; else user=; fi ;;
esac
case "$said" in
  PONG) ;;
  *ERR*without*any*password*) unset REDISCLI_AUTH ;;
  *) printf '%s\\n' "\${said:-no answer on port \${port:-6379}}" >&2; exit 66 ;;
esac
`;

/** Within the container: what the server says of itself. */
export const LOOK_WITHIN = `${CONNECT}
echo "version|$(ask info server | tr -d '\\r' | sed -n 's/^valkey_version:/Valkey /p;s/^redis_version:/Redis /p' | sort -r | head -n 1)"
ask info memory | tr -d '\\r' | sed -n 's/^used_memory:/bytes|/p'
ask info replication | tr -d '\\r' | sed -n 's/^role:/role|/p'
for name in dir dbfilename appendfilename; do echo "$name|$(ask config get "$name" | tail -n 1)"; done
echo "owner|$(stat -c %u:%g "$(ask config get dir | tail -n 1)" 2>/dev/null)"
`;

/**
 * Within the container: writes a key of ours that goes by itself, reads it back and takes it away. Says \`trip|key\`; \`trip|echo\` where
 * writing is for others to do; else what the server answered. Arguments: those of \`CONNECT\`, and the name of the key.
 */
export const ROUND_TRIP_WITHIN = `${CONNECT}
key=$1
said=$(ask set "$key" "$key" px 5000)
case "$said" in
  OK)
    back=$(ask get "$key")
    ask del "$key" >/dev/null
    [ "$back" = "$key" ] && echo 'trip|key' || printf 'trip-fails|%s\\n' "the key that was written came back as something else" ;;
  *READONLY*|*NOPERM*) [ "$(ask echo "$key")" = "$key" ] && echo 'trip|echo' || echo 'trip-fails|it does not say back what it is told' ;;
  *) printf 'trip-fails|%s\\n' "$said" ;;
esac
`;

/**
 * Within the container: a snapshot of the whole server to standard output, taken as a replica takes one, which changes
 * nothing there. A server that saves by itself is asked to do so now instead, since it answers a replica only after
 * \`repl-diskless-sync-delay\` (5 s); it must have been well the last time and have room, because a save that fails may stop
 * its writes.
 */
export const DUMP_WITHIN = `${CONNECT}
dir=$(ask config get dir | tail -n 1)
file=$dir/$(ask config get dbfilename | tail -n 1)
free=$(df -Pk "$dir" 2>/dev/null | awk 'END { print $4 }')
used=$(ask info memory | tr -d '\\r' | sed -n 's/^used_memory:\\([0-9]*\\)/\\1/p')
saves() {
  [ -n "$(ask config get save | sed -n 2p)" ] && [ -r "$file" -o ! -e "$file" ] && [ -n "$free" ] || return 1
  ask info persistence | tr -d '\\r' | grep -qx 'rdb_last_bgsave_status:ok' || return 1
  [ "$((free / 2))" -gt "$((used / 1024))" ] || return 1
  since=$(ask time | head -n 1)
  [ "$(ask bgsave)" = 'Background saving started' ] || return 1
  while ask info persistence | tr -d '\\r' | grep -qx 'rdb_bgsave_in_progress:1'; do sleep 0.05; done
  ask info persistence | tr -d '\\r' | grep -qx 'rdb_last_bgsave_status:ok' || return 1
  [ "$(ask lastsave)" -ge "$since" ] && [ -r "$file" ]
}
if saves; then exec cat "$file"; fi
client --rdb -
`;

/** Gives the variable on only where it is set: to name it otherwise would take it from the container's own environment. */
const WITHIN = `${EXEC_IN}
within() {
  container=$1 text=$2 config=$3 list=$4 user=$5
  if [ -n "\${REDISCLI_AUTH:-}" ]; then set -- --env REDISCLI_AUTH "$container"; else set -- "$container"; fi
  exec_in "$@" sh -c "$text" evenkeel "$config" "$list" "$user"
}
`;

/** Arguments: container, script, and those of `CONNECT`. */
export const RUN_WITHIN = `
${WITHIN}
within "$@"
`;

/**
 * Arguments: file, scratch, container, script, and those of `CONNECT`. A replica's stream may end with a mark that is no part
 * of the snapshot; the client then says how long the snapshot is.
 */
export const DUMP = `${KEEP}${WITHIN}
file=$1 scratch=$2
shift 2
rm -f "$file" "$file.marked" "$scratch".sum "$scratch".code "$scratch".disk
{ within "$@" 2>"$scratch.said"; echo $? >"$scratch.code"; } | keep "$file" "$scratch"
all_well "$scratch" || exit 1
length=$(sed -n 's/.*success after \\([0-9]*\\) bytes.*/\\1/p' "$scratch.said")
[ -n "$length" ] || exit 0
mv "$file" "$file.marked"
{ head -c "$length" <"$file.marked"; echo $? >"$scratch.code"; } | keep "$file" "$scratch"
rm -f "$file.marked"
all_well "$scratch"
`;

/**
 * Places a snapshot where a server that has never started reads it, whether it keeps an append-only file or not: one that
 * begins with a snapshot is a valid one. Arguments: snapshot, scratch folder, container, folder, its name, that of the
 * append-only file, owner.
 */
export const PLACE = `
set -eu
snapshot=$1 scratch=$2 container=$3 folder=$4
rm -rf "$scratch"
mkdir -p "$scratch"
ln -s "$snapshot" "$scratch/$5"
ln -s "$snapshot" "$scratch/$6"
{ tar --create --dereference --directory "$scratch" --mode 0644 --owner "\${7%%:*}" --group "\${7##*:}" -- "$5" "$6"; echo $? >"$scratch.code"; } |
  docker cp - "$container:$folder"
[ "$(cat "$scratch.code")" = 0 ]
`;

/** Within the container: keys that do not expire. */
export const COUNT_WITHIN = `${CONNECT}
ask info keyspace | tr -d '\\r' | sed -n 's/^db[0-9]*:keys=\\([0-9]*\\),expires=\\([0-9]*\\).*/\\1 \\2/p' |
  awk '{ n += $1 - $2 } END { print "keys|" n + 0 }'
`;

/** Reads a snapshot through. Arguments: file, name of the container to read in, image. */
export const READ_SNAPSHOT = `${KEEP}${READING}
said=$(reading "$2" "$3" '
  check=$(command -v redis-check-rdb || command -v valkey-check-rdb || command -v keydb-check-rdb) || { echo "there is no redis-check-rdb in the image"; exit 1; }
  cat >/tmp/evenkeel.rdb || exit 1
  "$check" /tmp/evenkeel.rdb
  code=$?
  echo "code $code"
  exit "$code"' <"$1" 2>&1)
code=$?
printf '%s\\n' "$said"
[ "$code" != 0 ] || exit 0
# Where the program has not failed itself, it has said nothing against the snapshot.
printf '%s\\n' "$said" | grep -qxE 'code [1-9][0-9]*' || fail_with "$code" 125
fail_with "$code"
`;
