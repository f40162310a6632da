import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** Paths of all files below the folder whose names end so. */
export async function filesEnding(folder: string, ending: string): Promise<readonly string[]> {
  const files = await readdir(folder, { recursive: true, withFileTypes: true });
  return files.filter((file) => file.isFile() && file.name.endsWith(ending)).map((file) => join(file.parentPath, file.name));
}
