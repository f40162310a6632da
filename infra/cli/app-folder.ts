import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { sources } from '../bundle/sources.ts';

/** The CDK app that the command is called in: the nearest folder with a cdk.json, as for the CDK's own command. Otherwise our own. */
export function appFolder(folder = process.cwd()): string {
  if (existsSync(join(folder, 'cdk.json'))) return folder;
  return dirname(folder) === folder ? sources : appFolder(dirname(folder));
}
