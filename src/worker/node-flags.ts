/**
 * How Node runs a worker that we start. It has three heaps: its own, and one for the workflows of each of its two namespaces. Each would set
 * aside 48 MB for what lives but a moment, where a quarter of that does.
 */
export const WORKER_NODE_FLAGS: readonly string[] = ['--max-semi-space-size=4'];
