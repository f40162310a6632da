import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder that holds our own `lib/`, `functions/` and `infra/`: the repository, or `dist` of the installed package. */
export const sources = fileURLToPath(new URL('../..', import.meta.url));

/** An installed package is compiled, because Node strips no types below `node_modules`; and its layer was built when it was packed. */
export const isPacked = extname(import.meta.url) === '.js';
