/** What set-up tells its reader: one line for each thing it does or finds, on stderr. */

/** A thing is as it should be. @param {string} what @param {string} found */
export function present(what, found) {
  process.stderr.write(`✓ ${what}: ${found}\n`);
}

/** Something that takes a while begins. @param {string} what */
export function doing(what) {
  process.stderr.write(`… ${what}\n`);
}

/** Something the reader should know, which stops nothing. @param {string} what @param {string} why */
export function warn(what, why) {
  process.stderr.write(`! ${what}: ${why}\n`);
}

/** A step did not reach its end. @param {string} what @param {string} why */
export function failed(what, why) {
  process.stderr.write(`✗ ${what}: ${why.replaceAll('\n', '\n    ')}\n`);
}

/** Thrown where set-up cannot go on by itself: the message names the reason and the reader's next move. */
export class CannotSetUp extends Error {}
