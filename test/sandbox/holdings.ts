import { readdirSync, readFileSync } from 'node:fs';

/** What this process holds on its machine besides itself. */
export interface Holdings {
  /** Ids of the processes below this one. */
  readonly processes: readonly number[];
  /** On which this process listens. */
  readonly ports: number;
  /** Files and folders of a folder, at any depth. */
  readonly files: number;
}

/** On Linux only. */
export function holdings(folder: string): Holdings {
  return {
    processes: descendants(),
    ports: process.getActiveResourcesInfo().filter((name) => name === 'TCPServerWrap').length,
    files: readdirSync(folder, { recursive: true }).length,
  };
}

function descendants(): readonly number[] {
  const parents = new Map<number, number>();
  for (const entry of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      const [, parent] = /\) \w (\d+)/.exec(readFileSync(`/proc/${entry}/stat`, 'utf8')) ?? [];
      parents.set(Number(entry), Number(parent));
    } catch {
      // Ended while the folder was read.
    }
  }
  const isBelow = (pid: number): boolean => {
    const parent = parents.get(pid);
    return parent !== undefined && (parent === process.pid || isBelow(parent));
  };
  return [...parents.keys()].filter(isBelow);
}
