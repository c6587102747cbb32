import { EXIT } from '../spec/outcome.js';
import type { Cli } from './terminal.js';

/** What a run answered to a message, and how to go on with it. */
export function sayAnswer(cli: Cli, workflowId: string, answer: string): number {
  if (cli.flags.json) cli.printJson({ workflowId, answer });
  else {
    cli.say(answer);
    cli.say(`  follow it with  evenkeel follow '${workflowId}'`);
  }
  return EXIT.ok;
}
