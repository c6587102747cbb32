import type { ServiceRow } from '../plan/service-rows.js';

/** A container of a service, or a service that has none, after a run that could not take back all that it did. */
export interface ServedRow extends ServiceRow {
  /** The release that the container is of; absent where it is of none that is known. */
  release?: string;
  /** It is of no release: the run has made it. */
  ofThisRun?: true;
}

/** What a person types next. */
export interface NextCommand {
  command: string;
  /** What it does, or when it is time for it. */
  means: string;
}

/** What a look finds once a run has failed to go back. */
export interface WhatServes {
  services: ServedRow[];
  next: NextCommand;
}

/** What serves, in a line for each service; `nothing runs` where all that is there is down. */
export function servedTexts(rows: ServedRow[]): string[] {
  const services = [...new Set(rows.map(({ service }) => service))];
  return services.map((service) => {
    const own = rows.filter((row) => row.service === service);
    const isUp = own.some(({ state }) => state === 'running');
    return `${service}: ${isUp ? '' : 'nothing runs; '}${own.map(rowText).join(', ')}`;
  });
}

/** All of it in one sentence, for where there is one line. */
export function whatServesText({ serves = [], next }: { serves?: ServedRow[]; next?: NextCommand }): string {
  const now = serves.length === 0 ? '' : `Now: ${servedTexts(serves).join('; ')}. `;
  return next === undefined ? now.trim() : `${now}Next: ${next.command} (${next.means})`;
}

function rowText({ container, state, release, ofThisRun, image, issue }: ServedRow): string {
  if (container === undefined) return 'it has no container';
  const what =
    release !== undefined ? `release ${release}` : ofThisRun ? 'what this run made' : `none of its releases, ${image}`;
  const how = issue ?? (state === 'running' ? undefined : state === 'exited' ? 'exited with 0' : `is ${state}`);
  return `${what} (${container}${how === undefined ? '' : ` ${how}`})`;
}
