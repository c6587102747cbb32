/**
 * Makes something when it is first asked for, and then keeps it. Each run of a workflow loads every module anew: what builds a schema at
 * once would have it built for runs that never look at it.
 */
export function whenAsked<T>(make: () => T): () => T {
  let made: { it: T } | undefined;
  return () => (made ??= { it: make() }).it;
}
