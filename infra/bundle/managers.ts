import { readFileSync } from 'node:fs';
import { findPackageJSON } from 'node:module';
import { join } from 'node:path';

/** Where a manager of the official SDK is: its name on `BoxClient` leads to module and class. */
export interface Manager {
  readonly module: string;
  readonly className: string;
}

/**
 * All managers by their name on `BoxClient`, read from the SDK's own `client.js`: loading it would load every manager into each synth.
 * @throws Error when the file has changed shape.
 */
export function managers(): ReadonlyMap<string, Manager> {
  const source = readFileSync(join(findPackageJSON('box-node-sdk', import.meta.url) ?? '', '../lib-esm/client.js'), 'utf8');
  const modules = new Map(
    Array.from(source.matchAll(/import \{ (\w+Manager) \} from '\.\/(managers\/\w+)\.js';/g), ([, name, module]) => [name, module]),
  );
  const found = new Map<string, Manager>();
  for (const [, field = '', className = ''] of source.matchAll(/this\.(\w+) =\s+new (\w+Manager)\(/g)) {
    const module = modules.get(className);
    if (module) found.set(field, { module: `box-node-sdk/${module}`, className });
  }
  if (found.size === 0 || found.size !== modules.size) {
    throw new Error(
      `box-node-sdk/client.js has changed shape: ${modules.size} managers are imported and ${found.size} are fields of BoxClient.`,
    );
  }
  return found;
}
