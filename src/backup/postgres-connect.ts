/**
 * Runs within the container, for `sh -c`: connects to the server there as its most privileged known user, through the
 * socket, else by TCP, never through anything that stands before it. Passwords are read from the container's own
 * environment and files and stay in it. $1: the user, or empty; $2: the name of the session. Both are shifted away.
 * Ends with what psql said where nobody gets in.
 */
export const CONNECT = `
unset PGHOST PGHOSTADDR PGSERVICE PGSERVICEFILE PGOPTIONS PGSSLMODE PGPASSFILE
wanted=$1
export PGAPPNAME="$2" PGCONNECT_TIMEOUT=10
shift 2
valued() {
  eval "value=\\\${$1:-} file=\\\${$1_FILE:-}"
  if [ -z "$value" ] && [ -n "$file" ]; then value=$(cat "$file" 2>/dev/null); fi
  printf '%s' "$value"
}
enters() {
  [ -n "$1" ] || return 1
  if [ -n "$wanted" ] && [ "$1" != "$wanted" ]; then return 1; fi
  export PGUSER="$1" PGPASSWORD="$2"
  for host in '' 127.0.0.1; do
    if [ -n "$host" ]; then export PGHOST="$host"; else unset PGHOST; fi
    for PGDATABASE in postgres "$(valued POSTGRES_DB)" "$(valued POSTGRESQL_DATABASE)" template1; do
      [ -n "$PGDATABASE" ] || continue
      export PGDATABASE
      said=$(psql -X -w -q -At -c 'select 1' 2>&1) && return 0
      why=\${why:-$said}
    done
  done
  return 1
}
own=$(valued POSTGRES_USER)
[ -n "$own" ] || own=$(valued POSTGRESQL_USERNAME)
password=$(valued POSTGRES_PASSWORD)
[ -n "$password" ] || password=$(valued POSTGRESQL_PASSWORD)
super=$(valued POSTGRESQL_POSTGRES_PASSWORD)
why=
[ -n "$super" ] && enters postgres "$super" ||
  enters "$own" "$password" || enters postgres "\${super:-$password}" || enters "$wanted" "$password" ||
  { printf '%s\\n' "\${why:-no user is known}" >&2; exit 66; }
`;
