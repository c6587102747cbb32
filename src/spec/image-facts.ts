/** What an image says of itself, as far as a deployment asks. */
export interface ImageFacts {
  /** `amd64`, `arm64`, … */
  architecture: string;
  os: string;
  entrypoint: string[];
  command: string[];
  /** `NAME=value`; an image's own, so no secret of the stack, and yet not to be shown. */
  environment: string[];
  workingDir: string;
  /** Its healthcheck's test: `['CMD', …]`, `['CMD-SHELL', …]`; empty where it has none. */
  healthcheck: string[];
}
