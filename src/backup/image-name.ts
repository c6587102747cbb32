/** The last part of an image's name, without tag and digest: `postgres` of `registry:5000/team/postgres:16@sha256:…`. */
export function imageName(reference: string): string {
  return reference
    .replace(/@.*$/, '')
    .replace(/:[^/:]*$/, '')
    .split('/')
    .at(-1)!;
}
