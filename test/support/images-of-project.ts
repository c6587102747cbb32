import { docker } from './docker-cli.js';

/**
 * Takes away the images that a project's tests have made: what carries the project's name, and what a rebuild has left
 * without any. Compose labels what it builds with its project, so nobody else's are touched. The project's containers
 * have to be gone.
 */
export async function removeImagesOf(project: string): Promise<void> {
  const listed = await docker(['images', '--format', '{{.Repository}}:{{.Tag}}']);
  await remove(listed.split('\n').filter((reference) => reference.includes(project)));
  const label = `label=com.docker.compose.project=${project}`;
  const nameless = await docker(['images', '-q', '--filter', 'dangling=true', '--filter', label]);
  await remove(nameless.split('\n').filter((id) => id !== ''));
}

async function remove(images: string[]): Promise<void> {
  if (images.length > 0) await docker(['rmi', '-f', ...images]);
}
