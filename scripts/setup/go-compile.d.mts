export function compile(program: string, options: { into: string; linkerFlags: string; what: string }): Promise<void>;
export function discardGoFolders(): Promise<void>;
