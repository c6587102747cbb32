#!/bin/sh
set -e
data=/bitnami/postgresql/data
[ ! -e "$data/PG_VERSION" ] || exit 0
password=${POSTGRESQL_PASSWORD:-$(cat "$POSTGRESQL_PASSWORD_FILE")}
initdb -D "$data" -U postgres --auth=trust >/dev/null
pg_ctl -D "$data" -w -o '-h 127.0.0.1 -k /tmp' start
psql -X -q -h /tmp -U postgres -v name="$POSTGRESQL_USERNAME" -v password="$password" -v database="$POSTGRESQL_DATABASE" <<'SQL'
create role :"name" login createdb password :'password';
create database :"database" owner :"name";
SQL
if [ -n "$POSTGRESQL_POSTGRES_PASSWORD" ]; then
  psql -X -q -h /tmp -U postgres -v password="$POSTGRESQL_POSTGRES_PASSWORD" <<'SQL'
alter role postgres password :'password';
SQL
fi
# Whoever takes this server for the one that stays is cut off in the middle.
sleep 2
pg_ctl -D "$data" -w -m fast stop
printf 'local all all scram-sha-256\nhost all all all scram-sha-256\n' >"$data/pg_hba.conf"
