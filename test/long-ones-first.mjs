import TestSequencer from '@jest/test-sequencer';

/** Files that take some four minutes each; the next ones take one. */
const LONG = ['interrupted', 'bad-releases', 'kill-matrix'].map((name) => `/test/scenarios/${name}.test.ts`);

/**
 * Begins with the files that take longest. Jest itself goes by how long each took the last time, and where there was none, by its size:
 * it came to one of these last, when nothing was left to run beside it.
 */
export default class LongOnesFirst extends TestSequencer {
  sort(tests) {
    const isLong = ({ path }) => LONG.some((file) => path.endsWith(file));
    const sorted = super.sort(tests);
    return [...sorted.filter(isLong), ...sorted.filter((test) => !isLong(test))];
  }
}
