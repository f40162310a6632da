import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { pack } from './pack.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
console.log(await pack(root, join(root, '.build/package'), process.cwd()));
