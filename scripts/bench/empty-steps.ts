import { proxyActivities } from '@temporalio/workflow';

const { nothing } = proxyActivities<{ nothing(): Promise<void> }>({ startToCloseTimeout: '10s' });

/** The floor of what a step can cost: activities that do nothing, one after another. */
export async function emptySteps(count: number): Promise<void> {
  for (let step = 0; step < count; step += 1) await nothing();
}
