import { statSync } from 'node:fs';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { Worker, type WorkflowBundle } from '@temporalio/worker';
import { goldenHistories, readGoldenHistory } from '../../scripts/histories/golden-history.js';
import { PREVIOUS_BUNDLE } from '../../scripts/histories/previous-bundle.js';
import { workflowBundle } from '../../src/worker/bundle-workflows.js';

/** Made of the sources, once for all of them. */
let bundle: Promise<WorkflowBundle>;
beforeAll(() => void (bundle = workflowBundle()));

describe('a run begun on an earlier version', () => {
  it.each(goldenHistories())('goes on with these workflows: %s', async (name) => {
    const history: unknown = JSON.parse(readGoldenHistory(name));
    await expect(Worker.runReplayHistory({ workflowBundle: await bundle }, history)).resolves.toBeUndefined();
  });

  it('is told apart when the workflow has changed', async () => {
    const text = readGoldenHistory('deploy-succeeded');
    const changed: unknown = JSON.parse(text.replaceAll('freezeConfig', 'thawConfig'));
    await expect(Worker.runReplayHistory({ workflowBundle: await bundle }, changed)).rejects.toThrow();
  });
});

describe('the bundle of all workflows', () => {
  it('is made without anything of Node, and stays small enough to load in a moment', async () => {
    expect((await bundle).code.length).toBeLessThan(6_000_000);
  }, 60_000);

  it('of the last release takes up little, since each release stores it anew', () => {
    expect(statSync(PREVIOUS_BUNDLE).size).toBeLessThan(300_000);
  });
});
