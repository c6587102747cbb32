import type { KnownRelease } from '../../store/known-releases.js';
import { metricsLines } from './run-lines.js';

/** All that a release's record says, for people; `now` is what it is at present. */
export function releaseText({ release, verification }: KnownRelease, now: string): string {
  const { id, at, performer, reason, source, frozenHash, backup, gates = [], metrics, workflowId, runId } = release;
  const revision = source && `${source.revision}${source.dirty ? ', and the working copy differed from it' : ''}`;
  const proof = backup && (backup.proven.length > 0 ? `proven: ${backup.proven.join(', ')}` : 'not proven');
  return [
    line('release', `${id}, ${kindText(release)} ${at}${performer === undefined ? '' : ` by ${performer}`}`),
    line('now', now),
    line('why', reason),
    line('revision', revision),
    line('run', `${workflowId} (${runId})`),
    line('frozen', frozenHash),
    line('backup', backup && `${backup.id}: ${backup.stores.join(', ')}; ${proof}`),
    line('verified', verification && `${verification.verified}: ${verification.reason}`),
    ...Object.entries(release.services).map(([service, { imageRef, imageId }]) =>
      line('image', `${service}: ${imageRef} (${imageId})`),
    ),
    ...gates.map(({ service, question, verdict, reason }) =>
      line('gate', `${service}, ${question}: ${verdict}, ${reason}`),
    ),
    ...metricsLines(metrics),
  ]
    .filter((text) => text !== undefined)
    .join('\n');
}

/** `deployed`, `rolled-back to 3`. */
export function kindText({ kind, repeats }: Pick<KnownRelease['release'], 'kind' | 'repeats'>): string {
  return repeats === undefined ? kind : `${kind} to ${repeats}`;
}

function line(name: string, text: string | undefined): string | undefined {
  return text === undefined ? undefined : `${name.padEnd(9)}  ${text}`;
}
