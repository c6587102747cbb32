import type { StoreBackup } from '../spec/backup.js';
import type { Finding } from '../spec/finding.js';
import { CONNECT } from './postgres-connect.js';
import { LOOK } from './postgres-scripts.js';
import type { Scripts } from './scripts.js';

/** What a server of PostgreSQL has, and would lose if it became another one. */
export interface PostgresHolds {
  /** All but the templates that every server has. */
  databases: string[];
  /** The database `postgres`, which every server has, has something in it. */
  usesPostgres: boolean;
  /** Roles that may log in, but for the one that asks and the one that the server was made with. */
  roles: string[];
  /** Who asks may make roles, so that a restore puts back those of the backup. */
  isSuper: boolean;
}

/** Within the container. Ends with `held`, once all has been said. */
const HOLDS_WITHIN = `${CONNECT}
psql -X -w -q -At -v ON_ERROR_STOP=1 -f - <<'SQL' || exit 1
select 'super|' || rolsuper from pg_catalog.pg_roles where rolname = current_user;
select 'database|' || datname from pg_catalog.pg_database where datname not in ('template0', 'template1') order by 1;
select 'role|' || rolname from pg_catalog.pg_roles
  where rolcanlogin and oid <> 10 and rolname <> current_user and rolname !~ '^pg_' order by 1;
SQL
PGDATABASE=postgres psql -X -w -q -At -c "select 'unused' where not exists (select from pg_catalog.pg_class c
  join pg_catalog.pg_namespace n on n.oid = c.relnamespace and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
  where not exists (select from pg_catalog.pg_depend d
    where d.classid = 'pg_catalog.pg_class'::regclass and d.objid = c.oid and d.deptype = 'e'))" 2>/dev/null
echo held
`;

/** Asks the server in a container what it has. Throws `StoreFailed` where it does not answer. */
export async function lookWhatItHolds(
  scripts: Scripts,
  { container, user }: { container: string; user: string },
): Promise<PostgresHolds> {
  const said = await scripts.look({
    doing: 'asking PostgreSQL what it has',
    text: LOOK,
    args: [container, HOLDS_WITHIN, user, 'evenkeel'],
  });
  return holdsSaid(said);
}

export function holdsSaid(said: string): PostgresHolds {
  const lines = said.split('\n');
  const all = (name: string): string[] =>
    lines.filter((line) => line.startsWith(`${name}|`)).map((line) => line.slice(name.length + 1));
  return {
    databases: all('database'),
    usesPostgres: !lines.includes('unused'),
    roles: all('role'),
    isSuper: all('super')[0] === 'true',
  };
}

/**
 * What a live server would lose if a backup took its place: it becomes a new one, with the databases of the backup alone.
 * `environment` is that of its container, out of which a new server makes users by itself.
 */
export function wouldBeLost(
  { id, service, databases = [] }: Pick<StoreBackup, 'id' | 'service' | 'databases'>,
  live: PostgresHolds,
  environment: string[],
): Finding[] {
  const lacking = live.databases.filter(
    (name) => !databases.includes(name) && (name !== 'postgres' || live.usesPostgres),
  );
  const made = environment.map((line) => line.slice(line.indexOf('=') + 1));
  const roles = live.isSuper ? [] : live.roles.filter((name) => !made.includes(name));
  const finding = (message: string, remedy: string): Finding => ({
    ...{ rule: 'restore-would-lose', severity: 'error', service, message, remedy },
  });
  return [
    ...(lacking.length === 0
      ? []
      : [
          finding(
            `${service} has databases that ${id} of the backup lacks, and a restore would leave it without them: ${lacking.join(', ')}`,
            'drop those that nobody needs; or go back to a backup that has them (evenkeel backup list); or load the dumps of this one by hand (evenkeel backup show names them)',
          ),
        ]),
    ...(roles.length === 0
      ? []
      : [
          finding(
            `${service} has users that ${id} of the backup cannot put back, since who dumps is no superuser: ${roles.join(', ')}`,
            'name a superuser in x-evenkeel.backup.user and take a new backup; or load the dumps of this one by hand (evenkeel backup show names them)',
          ),
        ]),
  ];
}

/** A server that does not answer may be the very reason for a restore; all of its files are kept. */
export function nobodyKnowsWhatItHolds({ id, service }: Pick<StoreBackup, 'id' | 'service'>, why: string): Finding {
  return {
    ...{ rule: 'restore-would-lose', severity: 'warning', service },
    message: `${service} does not say which databases it has, so those that ${id} of the backup lacks are not named: ${why}`,
    remedy: 'all of its files are kept in the volume that the result names',
  };
}
