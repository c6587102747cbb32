import { inspect } from 'node:util';

/**
 * Makes an object print as a word. The library prints every request in full, hidden properties and all, before it finds
 * that nobody listens; and a signal, or an agent with other requests under way, holds on to half of Node. Printing that
 * takes seconds in which nothing else happens.
 */
export function cheapToPrint<T extends object>(thing: T): T {
  return Object.assign(thing, { [inspect.custom]: () => thing.constructor.name });
}
