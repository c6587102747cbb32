import { CONNECT } from './postgres-connect.js';
import { ABSENT_SQL, TABLES_SQL } from './postgres-sql.js';
import { EXEC_IN, KEEP, READING } from './shell-words.js';

/**
 * Within the container: the server's version, its databases, whether we may see roles, who bootstrapped it, and, where we may see it,
 * where it keeps its files.
 */
export const LOOK_WITHIN = `${CONNECT}
exec psql -X -w -q -At -v ON_ERROR_STOP=1 -f - <<'SQL'
select 'version|' || current_setting('server_version');
select 'user|' || current_user;
select 'super|' || rolsuper from pg_catalog.pg_roles where rolname = current_user;
select 'bootstrap|' || format('CREATE ROLE %I;', rolname) from pg_catalog.pg_roles where oid = 10;
select 'database|' || pg_catalog.pg_database_size(oid) || '|' || pg_catalog.pg_has_role(datdba, 'usage') || '|' || datname
  from pg_catalog.pg_database
  where datallowconn and not datistemplate order by datname;
select 'closed|' || datistemplate || '|' || datname from pg_catalog.pg_database
  where (datistemplate or not datallowconn) and datname not in ('template0', 'template1') order by datname;
select 'replica|' || pg_catalog.pg_is_in_recovery();
select 'folder|' || setting from pg_catalog.pg_settings where name = 'data_directory';
select 'folder|' || place from (select pg_catalog.pg_tablespace_location(oid) as place from pg_catalog.pg_tablespace) t where place <> '';
SQL
`;

/**
 * Within the container: the server's version, how many tables its databases have, and which of those it is told of it lacks. It
 * says little however many there are, and `asked` at the end. $1: lines `<database>|<table>`; $2: the only database that counts, or
 * empty.
 */
export const TABLES_WITHIN = `${CONNECT}
known=$1 only=$2
ask() { psql -X -w -q -At -v ON_ERROR_STOP=1 -v known="$known" "$@"; }
databases=$(ask -c "select datname from pg_catalog.pg_database where datallowconn and not datistemplate and pg_catalog.has_database_privilege(datname, 'connect') order by datname") || exit 1
ask -f - <<'SQL' || exit 1
${ABSENT_SQL}
SQL
total=0
while IFS= read -r PGDATABASE; do
  [ -z "$only" ] || [ "$only" = "$PGDATABASE" ] || continue
  export PGDATABASE
  said=$(ask -v database="$PGDATABASE" -f - <<'SQL'
${TABLES_SQL}
SQL
) || exit 1
  printf '%s\\n' "$said" | sed 1d
  total=$((total + $(printf '%s\\n' "$said" | sed 1q)))
done <<DATABASES
$databases
DATABASES
echo "tables|$total"
echo asked
`;

/** $1: container; $2: user within the container, or empty for its own; $3: the script for it; the rest are its arguments. */
const WITHIN = `${EXEC_IN}
within() {
  container=$1 who=$2 text=$3
  shift 3
  if [ -n "$who" ]; then set -- --user "$who" "$container" sh -c "$text" evenkeel "$@"
  else set -- "$container" sh -c "$text" evenkeel "$@"; fi
  exec_in --interactive "$@"
}
`;

/** Says first as which user of the container one gets in. Arguments: container, script, user or empty, session. */
export const LOOK = `${KEEP}${WITHIN}
container=$1 text=$2 why= codes=
shift 2
for who in '' postgres; do
  said=$(within "$container" "$who" "$text" "$@" 2>&1 </dev/null)
  code=$? codes="$codes $?"
  if [ "$code" = 0 ]; then
    printf 'who|%s\\n%s\\n' "$who" "$said"
    exit 0
  fi
  why=\${why:-$said}
done
printf '%s\\n' "$said" "$why"
fail_with $codes
`;

/** Within the container: the dump of one database by the psql script on standard input. $3: the database. */
export const DUMP_WITHIN = `${CONNECT}
export PGDATABASE="$1"
exec psql -X -w -q -At -f -
`;

/** Within the container: roles and their passwords, but for the one that the server is made with. $3: its line. */
export const ROLES_WITHIN = `${CONNECT}
options=
[ "$2" = true ] || options=--no-role-passwords
all=$(pg_dumpall --no-password --roles-only $options) || exit 1
printf '%s\\n' "$all" | grep -vxF -e "$1"
`;

/** Arguments: file, scratch, packer, standard input, container, user within it, script, its arguments. */
export const DUMP = `${KEEP}${WITHIN}
file=$1 scratch=$2 pack=$3 input=$4
shift 4
rm -f "$file" "$scratch".sum "$scratch".code "$scratch".disk
{ within "$@" <"$input" 2>"$scratch.said"; echo $? >"$scratch.code"; } | $pack | keep "$file" "$scratch"
all_well "$scratch"
`;

/** Within the container: ends the sessions of a dump that was killed; of the same name, and not this one. */
export const END_SESSIONS_WITHIN = `${CONNECT}
exec psql -X -w -q -At -c "select pg_terminate_backend(pid) from pg_stat_activity
  where application_name = current_setting('application_name') and pid <> pg_backend_pid()"
`;

/** Arguments: container, user within it, script, its arguments; standard input is passed on. */
export const RUN_WITHIN = `${WITHIN}
within "$@"
`;

/** Arguments: file, unpacker, scratch, container, user within it, script, its arguments. */
export const RESTORE = `${KEEP}${WITHIN}
file=$1 unpack=$2 scratch=$3
shift 3
rm -f "$scratch.code"
{ $unpack <"$file" 2>"$scratch.said"; echo $? >"$scratch.code"; } | within "$@"
placed=$? code=$(cat "$scratch.code")
[ "$placed" = 0 ] || fail_with "$code"
[ "$code" = 0 ] || { tail -n 3 "$scratch.said"; fail_with "$code"; }
`;

/** From what `pg_restore --data-only` writes to `<rows>|COPY …` for each table; what has been told so already stays. */
export const TALLY = `
inside { if ($0 == "\\\\.") { print n "|" table; inside = 0 } else n++; next }
/^COPY .* FROM stdin;$/ { table = $0; n = 0; inside = 1; next }
/^[0-9]+[|]COPY / || /^cut off$/
END { if (inside) print "cut off" }
`;

/**
 * Reads an archive through, to its last byte. It is counted where it is read, if there is an awk: to hand gigabytes of rows
 * back takes longer than to read them. Arguments: file, unpacker, name of the container to read in, image, list, tally.
 */
export const READ_ARCHIVE = `${KEEP}${READING}
unpack=$2
said=$( { { $unpack <"$1"; echo "unpacked $?" >&2; } | { reading "$3" "$4" '
    export LC_ALL=C
    tally=$1
    shift
    version=$(pg_restore --version | sed "s/[^0-9]*\\([0-9]*\\).*/\\1/")
    if [ "$version" -ge 12 ]; then set -- -f -; fi
    { pg_restore --data-only "$@" && cat >/dev/null; echo "code $?" >&2; } |
      if command -v awk >/dev/null; then awk "$tally"; else cat; fi' "$6"; echo "read $?" >&2; } | { awk "$6" >"$5"; echo "tallied $?" >&2; }; } 2>&1)
if [ "$(printf '%s\\n' "$said" | grep -cxE '(unpacked|code|read|tallied) 0')" = 4 ]; then
  if grep -q '^cut off$' "$5"; then echo 'it is cut off'; exit 1; fi
  cat "$5"
else
  printf '%s\\n' "$said" | grep -vxE '(unpacked|code|read|tallied) [0-9]+' | tail -n 5
  codes=$(printf '%s\\n' "$said" | sed -nE 's/^(unpacked|code|read|tallied) ([0-9]+)$/\\2/p')
  # Where neither program has failed itself, or pg_restore has not ended, they have said nothing against the archive.
  case $(printf '%s\\n' "$said" | grep -xE '(code|unpacked) [0-9]+' | sort | tr '\\n' ' ') in
    'code 0 unpacked 0 ' | 'unpacked '*) fail_with $codes 125 ;;
  esac
  echo 'pg_restore cannot read it through'
  fail_with $codes
fi
`;
/** Within the container: an empty place for a database. $3: the database. */
const PREPARE_DATABASE = `
export PGDATABASE=template1
psql -X -w -q -At -v ON_ERROR_STOP=1 -v name="$1" -f - <<'SQL' >/dev/null || exit 1
select format('alter database %I with allow_connections false', datname)
  from pg_catalog.pg_database where datname = :'name' \\gexec
select pg_terminate_backend(pid) from pg_stat_activity
  where datname = :'name' and usename is not null and pid <> pg_backend_pid();
select format('drop database if exists %I', :'name') \\gexec
SQL
`;

/** Within the container: one database as the archive on standard input has it, its settings and grants included. */
export const RESTORE_WITHIN = `${CONNECT}${PREPARE_DATABASE}
pg_restore --no-password --exit-on-error --create --dbname=template1 && cat >/dev/null
`;

/** Within the container: the roles on standard input. Roles that the image has made by itself are there already. */
export const RESTORE_ROLES_WITHIN = `${CONNECT}
export PGDATABASE=template1
said=$({ printf '\\\\set VERBOSITY sqlstate\\n'; cat; } | psql -X -w -q -At -f - 2>&1 >/dev/null)
refused=$(printf '%s\\n' "$said" | grep 'ERROR' | grep -v 42710)
if [ -n "$refused" ]; then printf '%s\\n' "$refused"; exit 1; fi
`;

/**
 * Within the container: whether the server itself answers, not the one that fills an empty folder: that one listens on no
 * address, or, as Bitnami has it, there is the script that does the filling.
 */
export const ANSWERS_WITHIN = `
for one in /proc/[0-9]*/cmdline; do
  case "$(tr '\\0' ' ' <"$one" 2>/dev/null)" in *postgresql/set[u]p.sh*) echo 'it is being set up' >&2; exit 66 ;; esac
done
${CONNECT}
export PGHOST=127.0.0.1
exec psql -X -w -q -At -c 'select 1'
`;

/** Within the container: what the psql script on standard input says of one database. $3: the database. */
export const COUNT_WITHIN = DUMP_WITHIN;
