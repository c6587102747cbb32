export function fillExample(example: string, values: Record<string, string>, newPassword: () => string): string;
