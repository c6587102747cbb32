import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode, type WorkflowBundle } from '@temporalio/worker';

/** As webpack does it for production, but readable. */
const LEAN = {
  providedExports: true,
  usedExports: true,
  innerGraph: true,
  sideEffects: true,
  concatenateModules: true,
};

/** Bundles every workflow for the sandbox. Fails when workflow code reaches for Node or a package it may not use. */
export async function workflowBundle(): Promise<WorkflowBundle> {
  // The sources as they are under test, the compiled files otherwise.
  const workflowsPath = fileURLToPath(
    new URL(`../../workflows/index${path.extname(import.meta.url)}`, import.meta.url),
  );
  return bundleWorkflowCode({
    workflowsPath,
    logger: quiet,
    // Each run loads all of it anew, so what it is made of counts: modules are joined, and what nobody uses of them is left out.
    // Its map says where a line comes from, without the sources: two threads and the worker itself keep it in memory.
    webpackConfigHook: (config) => ({
      ...config,
      devtool: 'inline-nosources-source-map',
      optimization: { ...config.optimization, ...LEAN },
    }),
  });
}

/** Writes the bundle to a file that workers load at start, which saves them the bundling. */
export async function bundleWorkflows(file: string): Promise<void> {
  const { code } = await workflowBundle();
  await writeFile(file, code);
}

const silent = (): void => undefined;
const quiet = { log: silent, trace: silent, debug: silent, info: silent, warn: console.warn, error: console.error };
