export function refreshPackageLists(): Promise<void>;
export function install(names: string[], from?: { release?: string }): Promise<void>;
