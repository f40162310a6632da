import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Every command of `npx nightporter`, by whose it is as the README says. */
export async function commandsByOwner(): Promise<ReadonlyMap<string, readonly string[]>> {
  const readme = await readFile(join(import.meta.dirname, '../../../README.md'), 'utf8');
  const table = /<!-- commands -->\n([\s\S]*?)<!-- \/commands -->/.exec(readme)?.[1] ?? '';
  const rows = [...table.matchAll(/^\| (`[^|]+`) \| ([^|]+) \|/gm)];
  return new Map(
    [...Map.groupBy(rows, ([, , owner = '']) => owner)].map(([owner, all]) => [owner, all.flatMap(([, names = '']) => commandsIn(names))]),
  );
}

/** `` `stop JOB`, `pause` `` */
function commandsIn(names: string): readonly string[] {
  return [...names.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name.replace(/( [A-Z]+)+$/, ''));
}
