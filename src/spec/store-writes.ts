/** What has been written to a store since it was backed up, as far as counting tells. Holds no content. */
export interface StoreWrites {
  store: string;
  service: string;
  /** Databases with nothing in them, then and now, are left out. */
  counted: Counted[];
  /** Why nothing could be counted; then `counted` is empty. */
  unknown?: string;
}

export interface Counted {
  /** `rows of shop`, `keys that do not expire`, `files`, `bytes`. */
  what: string;
  /** In the backup. */
  then: number;
  /** In the stack, when it was counted. */
  now: number;
  /** Which parts of it differ, in words: `public.orders: 1000 → 1010`. */
  differing: string[];
}

/** One line for people. */
export function writesText({ counted, unknown }: StoreWrites): string {
  if (unknown !== undefined) return `cannot be counted: ${unknown}`;
  return counted.length === 0 ? 'nothing that is counted, as in the backup' : counted.map(countedText).join('; ');
}

function countedText({ what, then, now, differing }: Counted): string {
  if (now === then && differing.length === 0) return `${now} ${what}, as in the backup`;
  const parts = differing.length === 0 ? '' : ` (${differing.join(', ')})`;
  return `${now} ${what}, ${then} in the backup${parts}`;
}
