export interface SourceEntry {
  uri: string;
  suites: string[];
  components: string[];
  options: Record<string, string>;
}

export function parseSources(files: { name: string; text: string }[]): SourceEntry[];
export function debianRelease(entries: SourceEntry[]): { release: string; entry: SourceEntry } | undefined;
export function isAtLeast(release: string, wanted: string): boolean;
export function sourceText(entry: SourceEntry, release: string): string;
export function imageSourcesText(entries: SourceEntry[], release: string): string | undefined;
