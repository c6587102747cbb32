import type { Connection } from '@temporalio/client';
import { SEARCH_ATTRIBUTES } from '../names.js';

/** `IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD` of Temporal's API. */
const KEYWORD = 2;

/**
 * Registers our search attributes where they are missing. Returns whether all of them are there afterwards: writing
 * one that is not registered would hang a run, so runs ask before they write.
 */
export async function ensureSearchAttributes(connection: Connection, namespace: string): Promise<boolean> {
  const wanted = Object.values(SEARCH_ATTRIBUTES);
  try {
    const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace });
    const missing = wanted.filter((name) => !(name in (customAttributes ?? {})));
    if (missing.length > 0) {
      await connection.operatorService.addSearchAttributes({
        namespace,
        searchAttributes: Object.fromEntries(missing.map((name) => [name, KEYWORD])),
      });
    }
    return true;
  } catch (error) {
    console.error(
      `Search attributes cannot be registered in namespace ${namespace} (${(error as Error).message}); runs go on without them. ` +
        `An administrator can add them: ${wanted.map((name) => `temporal operator search-attribute create --namespace ${namespace} --name ${name} --type Keyword`).join('; ')}`,
    );
    return false;
  }
}
