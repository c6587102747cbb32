/** Polls a condition until it holds. Fails with what was waited for, long after it should have come. */
export async function eventually(
  what: string,
  holds: () => Promise<boolean> | boolean,
  withinMs = 60_000,
): Promise<void> {
  const deadline = Date.now() + withinMs;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`It never came about that ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
