import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { searchLink, startLink, uiLink } from '../../src/client/ui-links.js';
import { endOf } from '../support/run-end.js';
import { ServerWorld } from '../support/server-world.js';
import { TemporalPage } from '../support/temporal-page.js';
import { TestStack } from '../support/test-stack.js';

let world: ServerWorld;
let stack: TestStack;
let page: TemporalPage;

beforeAll(async () => {
  world = await ServerWorld.make();
  await world.start();
  stack = await TestStack.make(world, 'plain');
  page = await TemporalPage.open();
}, 120_000);
afterAll(async () => {
  await page?.close();
  await stack?.remove();
  await world?.stop();
}, 60_000);

describe('a person with nothing but a browser', () => {
  it('starts, approves, watches and audits a deployment', async () => {
    const { ui } = world;
    const form = startLink(ui, 'default', 'deploy');
    expect(world.said).toContain(form);
    const id = await page.start(form, { stack: stack.name, requireApproval: true, reason: 'first one' }, 'ui-start');
    const handle = world.client.workflow.getHandle(id);

    await page.go(uiLink(ui, 'default', id));
    await page.sees('Results will appear upon completion');
    await page.openTab('User Metadata');
    await page.seesInDetails('Waits for approval of plan');
    await page.picture('ui-waiting');
    expect(await stack.state()).toEqual({});

    await page.update('Approve the plan that is shown', { by: 'Ada', reason: 'seen the plan' }, 'ui-approve');
    const { type, result } = await endOf(handle);
    expect({ type, approvals: result?.approvals }).toMatchObject({
      type: 'succeeded',
      approvals: [{ by: 'Ada', reason: 'seen the plan' }],
    });
    expect(await stack.state()).toEqual({ 'web-1': 'running 1' });

    await page.openTab('History');
    await page.sees('"succeeded"');
    await page.picture('ui-result');

    await page.go(searchLink(ui, 'default', `EvenkeelStack="${stack.name}" AND WorkflowType="deploy"`));
    await page.sees(id);
    await page.picture('ui-runs');
  }, 300_000);
});
