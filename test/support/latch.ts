/** What waits for `passed` goes on once it is let go. */
export function latch(): { passed: Promise<void>; letGo: () => void } {
  let letGo: () => void = () => undefined;
  const passed = new Promise<void>((resolve) => (letGo = resolve));
  return { passed, letGo: () => letGo() };
}

/** A step that waits until it is let go, and then does what it does. */
export function held<Args, Result>(
  step: (args: Args) => Promise<Result>,
): { step: (args: Args) => Promise<Result>; letGo: () => void } {
  const { passed, letGo } = latch();
  return { step: async (args) => passed.then(() => step(args)), letGo };
}
