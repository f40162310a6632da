import { join } from 'node:path';

/** What people build today, with its own lockfile. */
export const peersFolder = join(import.meta.dirname, 'peers');
