/** What the rules of the log scan are sorted by; the name of a rule begins with that of its family. */
export const LOG_FAMILIES = ['ssl', 'python', 'node', 'postgres', 'network', 'memory', 'disk'] as const;

export type LogFamily = (typeof LOG_FAMILIES)[number];
