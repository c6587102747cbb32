const NOT_FOUND = 5;

/**
 * What is not there, by Temporal's answer to a call: the namespace, or what was asked for in it; undefined for any other
 * answer. gRPC has one code for both, so that the words decide.
 */
export function notThere({ code, details }: { code: number; details: string }): 'namespace' | 'asked' | undefined {
  if (code !== NOT_FOUND) return undefined;
  return /^Namespace /.test(details) ? 'namespace' : 'asked';
}
