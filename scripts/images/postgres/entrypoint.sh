#!/bin/bash
# Prepares an empty data directory once, then becomes the server.
#   POSTGRES_PASSWORD | POSTGRES_PASSWORD_FILE   required for an empty data directory
#   POSTGRES_USER, POSTGRES_DB                   default to postgres and to the user's name
#   POSTGRES_INITDB_ARGS                         more arguments for initdb
# Files in /docker-entrypoint-initdb.d run in the order of their names, on a server that only the unix socket reaches:
# whoever waits for TCP never meets a half-filled database.
set -euo pipefail

refuse() {
  echo "postgres: $*" >&2
  exit 1
}

run_init_file() {
  local file=$1
  case "$file" in
    *.sh)
      echo "postgres: running $file"
      if [ -x "$file" ]; then "$file"; else . "$file"; fi
      ;;
    *.sql)
      echo "postgres: running $file"
      run_sql --file "$file"
      ;;
    *.sql.gz)
      echo "postgres: running $file"
      gunzip --stdout "$file" | run_sql
      ;;
    *) echo "postgres: ignoring $file" ;;
  esac
}

run_sql() {
  psql --no-psqlrc --no-password --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" "$@"
}

read_settings() {
  if [ -n "${POSTGRES_PASSWORD_FILE:-}" ]; then
    [ -z "${POSTGRES_PASSWORD:-}" ] || refuse 'set POSTGRES_PASSWORD or POSTGRES_PASSWORD_FILE, not both'
    POSTGRES_PASSWORD=$(cat "$POSTGRES_PASSWORD_FILE")
  fi
  [ -n "${POSTGRES_PASSWORD:-}" ] || refuse 'the data directory is empty: set POSTGRES_PASSWORD or POSTGRES_PASSWORD_FILE'
  export POSTGRES_PASSWORD
  export POSTGRES_USER=${POSTGRES_USER:-postgres}
  export POSTGRES_DB=${POSTGRES_DB:-$POSTGRES_USER}
}

create_cluster() {
  # initdb reads the password from a descriptor, so that it is in no file and in no argument list.
  # shellcheck disable=SC2086 -- POSTGRES_INITDB_ARGS is a list of arguments by contract
  initdb --pgdata "$PGDATA" --username "$POSTGRES_USER" --pwfile <(printf '%s\n' "$POSTGRES_PASSWORD") \
    --encoding UTF8 --auth-local trust --auth-host scram-sha-256 ${POSTGRES_INITDB_ARGS:-}
  printf '\nhost all all all scram-sha-256\n' >>"$PGDATA/pg_hba.conf"
}

fill_cluster() {
  pg_ctl --pgdata "$PGDATA" --options "-c listen_addresses=''" --wait start
  if [ "$POSTGRES_DB" != postgres ]; then
    POSTGRES_DB=postgres run_sql --set "name=$POSTGRES_DB" <<<'CREATE DATABASE :"name";'
  fi
  local file
  for file in /docker-entrypoint-initdb.d/*; do
    [ -e "$file" ] && run_init_file "$file"
  done
  pg_ctl --pgdata "$PGDATA" --mode fast --wait stop
  echo 'postgres: the data directory is ready'
}

[ "${1:-postgres}" = "${1#-}" ] || set -- postgres "$@"
if [ "$1" = postgres ]; then
  if [ "$(id -u)" = 0 ]; then
    mkdir -p "$PGDATA"
    find "$PGDATA" \! -user postgres -exec chown postgres:postgres {} +
    chmod 700 "$PGDATA"
    exec setpriv --reuid=postgres --regid=postgres --init-groups "$0" "$@"
  fi
  if [ ! -s "$PGDATA/PG_VERSION" ]; then
    read_settings
    create_cluster
    fill_cluster
  fi
fi
exec "$@"
