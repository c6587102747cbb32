import type { Finding } from '../spec/finding.js';

/**
 * The commands of `rehearse.commands` for the services that are rehearsed, as the shell in the container is to read them.
 * One that holds a secret is left out, with a finding: commands go into the history of the run.
 */
export function rehearsalCommands(
  written: Record<string, string[]>,
  rehearsed: string[],
  redact: (text: string) => string,
): { commands: Record<string, string[]>; findings: Finding[] } {
  const commands: Record<string, string[]> = {};
  const findings: Finding[] = [];
  for (const service of rehearsed) {
    // A rendered file is written so that it can be interpolated once more.
    const all = (written[service] ?? []).map((command) => command.replaceAll('$$', '$'));
    const safe = all.filter((command) => redact(command) === command);
    if (safe.length > 0) commands[service] = safe;
    if (safe.length < all.length) {
      findings.push({
        rule: 'secret-in-command',
        severity: 'warning',
        message: `a command of rehearse.commands.${service} holds a secret and is not run`,
        remedy: 'write $$NAME in its place: the shell in the container reads the variable',
        service,
      });
    }
  }
  return { commands, findings };
}
