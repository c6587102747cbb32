/**
 * Polls a condition until it holds. Fails with what was waited for, long after it should have come. A look that costs much is
 * taken seldom: it would slow down what is waited for.
 */
export async function eventually(
  what: string,
  holds: () => Promise<boolean> | boolean,
  withinMs = 60_000,
): Promise<void> {
  const deadline = Date.now() + withinMs;
  for (;;) {
    const lookedAt = Date.now();
    if (await holds()) return;
    const tookMs = Date.now() - lookedAt;
    if (Date.now() > deadline) throw new Error(`It never came about that ${what}`);
    await new Promise((resolve) => setTimeout(resolve, Math.min(1_000, Math.max(50, tookMs))));
  }
}
