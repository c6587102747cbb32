import type { WorkflowHandle } from '@temporalio/client';

/** Says something to a run by an update, and returns its answer. */
export async function say(handle: WorkflowHandle, update: string, word: object): Promise<string> {
  return handle.executeUpdate<string, [object]>(update, { args: [word] });
}

/** What a run tells whoever says something that makes no sense now. */
export async function refusal(handle: WorkflowHandle, update: string, word: object): Promise<string> {
  const error = await say(handle, update, word).then(
    () => undefined,
    (thrown: Error) => thrown,
  );
  return (error?.cause as Error | undefined)?.message ?? 'it was not refused';
}
