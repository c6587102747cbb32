import type { Verdict } from '../gates/verdict.js';
import type { TwinFacts } from '../spec/rehearsal.js';
import { missedHosts } from './missed-hosts.js';

/** A verdict on a service of the twin, and what it has to be weighed with. */
export interface TwinSeen {
  verdict: Verdict;
  /** Services that the release changes. */
  rehearsed: string[];
  facts: TwinFacts;
  /** Services of the twin that are not well, or were not to be judged. */
  unwell: string[];
}

/**
 * What a verdict on the twin says of the release. It fails on evidence against itself only: a service that the release
 * changes ended, crashed, could not be executed or imported, or was sick while all that it depends on was well. What it
 * missed because it lies outside the twin, or may not have been ready there, is inconclusive, and so is the failure of a service that does not change.
 */
export function judgeTwin({ verdict, rehearsed, facts, unwell }: TwinSeen): Verdict {
  if (verdict.verdict !== 'fail') return verdict;
  const { service } = verdict;
  const inconclusive = (because: string): Verdict => {
    return { ...verdict, verdict: 'inconclusive', reason: `${verdict.reason}; ${because}` };
  };
  if (!rehearsed.includes(service)) return inconclusive('this release does not change it');

  const lines = [verdict.reason, ...(verdict.excerpt ?? [])];
  if (lines.some((line) => OWN_FAULT.test(line))) return verdict;

  const sick = (facts.dependencies[service] ?? []).filter((name) => unwell.includes(name));
  if (sick.length > 0) return inconclusive(`${sick.join(', ')}, which it needs, is not well on the twin`);
  const lacks = facts.lacks[service] ?? [];
  if (lacks.length > 0) return inconclusive(`on the twin ${lacks.join(', ')}`);
  const unready = (facts.dependencies[service] ?? []).filter((name) => facts.unchecked.includes(name));
  if (unready.length > 0 && lines.some((line) => NOT_READY.test(line))) {
    return inconclusive(`${unready.join(', ')}, which it needs, has no healthcheck and may not have been ready`);
  }
  const missed = missedHosts(lines, facts);
  if (missed.length > 0) return inconclusive(`the twin cannot reach ${missed.join(', ')}`);
  return verdict;
}

/** What a service says when what it connects to is not ready yet. */
const NOT_READY =
  /connection refused|\bECONNREFUSED\b|connection reset|\bECONNRESET\b|the database system is starting up|\bLOADING\b/i;

/** Nothing around a service makes these come or go: a program or module that is not there, or is not for this machine. */
const OWN_FAULT = new RegExp(
  [
    'exec format error',
    'executable file not found',
    'exec: .*(?:not found|no such file or directory)',
    'exited with 12[67]\\b',
    '\\b(?:ModuleNotFoundError|ImportError|SyntaxError|IndentationError|NameError)\\b',
    '\\bCannot find (?:module|package)\\b',
    '\\bERR_(?:MODULE_NOT_FOUND|UNKNOWN_FILE_EXTENSION|REQUIRE_ESM|PACKAGE_PATH_NOT_EXPORTED)\\b',
    'error while loading shared libraries',
    'NoClassDefFoundError|ClassNotFoundException|UnsupportedClassVersionError',
  ].join('|'),
);
