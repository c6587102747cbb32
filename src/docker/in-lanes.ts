/**
 * Does something with each, so many at once, and returns what it came to, in the order of `all`. After one has failed no more are
 * begun; it throws what that one failed with.
 */
export async function inLanes<T, R>(lanes: number, all: readonly T[], work: (one: T) => Promise<R>): Promise<R[]> {
  const results = new Array<R>(all.length);
  const left = all.entries();
  let failed = false;
  const lane = async (): Promise<void> => {
    for (const [index, one] of left) {
      if (failed) return;
      try {
        results[index] = await work(one);
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  return results;
}
