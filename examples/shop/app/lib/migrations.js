/**
 * Changes of the schema that a release brings along, by name. Each may run at every start.
 *
 * `drop-column` is the mistake that a demonstration needs: somebody took the column to be unused.
 */
const MIGRATIONS = {
  'drop-column': 'ALTER TABLE products DROP COLUMN IF EXISTS price_cents',
};

/** Brings the schema to what this release wants; without a name there is nothing to do. */
export async function migrate(database, name) {
  if (!name) return;
  const statement = MIGRATIONS[name];
  if (!statement) throw new Error(`SHOP_MIGRATION=${name}: there is no such migration`);
  await database.query(statement);
  console.log(`migration ${name} is done`);
}
