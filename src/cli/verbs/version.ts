import { createRequire } from 'node:module';
import { engineVersions } from '../doctor/tools.js';
import { packageVersion } from '../../package-root.js';
import type { Cli } from '../terminal.js';
import { withTemporalIfThere } from '../with-temporal.js';

/** Prints the version of everything that takes part; what is not in reach is said to be so. */
export async function version(cli: Cli): Promise<number> {
  const sdk = createRequire(import.meta.url)('@temporalio/client/package.json') as { version: string };
  const [tools, temporal] = await Promise.all([engineVersions(cli.env), temporalVersion(cli)]);
  const versions = {
    evenkeel: packageVersion(),
    node: process.versions.node,
    temporalSdk: sdk.version,
    temporalServer: temporal,
    docker: tools.engine,
    compose: tools.compose,
    buildx: tools.buildx,
  };
  if (cli.flags.json) cli.printJson(versions);
  else for (const [name, text] of Object.entries(versions)) cli.print(`${name.padEnd(15)} ${text ?? 'not in reach'}`);
  return 0;
}

async function temporalVersion(cli: Cli): Promise<string | undefined> {
  try {
    return await withTemporalIfThere(cli, async ({ client }) => {
      const { serverVersion } = await client.workflowService.getSystemInfo({});
      return serverVersion ?? undefined;
    });
  } catch {
    return undefined;
  }
}
