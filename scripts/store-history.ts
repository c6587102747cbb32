/**
 * Stores the history of a closed run as a golden one, which every later version has to replay:
 * `npm run store-history -- <workflow id> <name>`, for example `… deploy/here/shop/2026-11-21T08:00:00.000Z deploy-succeeded`.
 * Names of machines and processes are taken out, and so are stack traces, which hold paths.
 */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { connect } from '../src/client/connect.js';

const [workflowId, name] = process.argv.slice(2);
if (!workflowId || !name) {
  console.error('usage: npm run store-history -- <workflow id> <name of the golden history>');
  process.exit(2);
}
const { client, close } = await connect();
try {
  const history = await client.workflow.getHandle(workflowId).fetchHistory();
  const text = historyToJSON(history)
    .replace(/"identity": "[^"]*"/g, '"identity": "worker"')
    .replace(/"stackTrace": "(?:[^"\\]|\\.)*"/g, '"stackTrace": ""');
  const file = path.join('test', 'replay', 'histories', `${name}.json`);
  await writeFile(file, `${text}\n`);
  console.error(`${file}: ${history.events?.length ?? 0} events`);
} finally {
  await close();
}
