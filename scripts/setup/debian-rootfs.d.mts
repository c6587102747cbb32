/** Afterwards the file system is gone, and what an interrupted debootstrap had mounted in it. */
export function discardRootfs(): Promise<void>;
