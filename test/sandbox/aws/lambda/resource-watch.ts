import { lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A running container, as far as its limits go. */
export interface Watched {
  readonly processId: number;
  readonly memoryBytes: number;
  /** Its own part of the disk, in the place of Lambda's /tmp. */
  readonly temporaryFolder: string;
  readonly temporaryBytes: number;
  readonly isIdle: boolean;
  exceeded(limit: 'memory' | 'storage'): void;
}

const pageBytes = 4096;
const intervalMilliseconds = 25;
/** The disk is looked at less often: it takes a walk through the folder. */
const ticksPerWalk = 8;

/**
 * Looks at the containers that run, every 25 ms: what goes over its limit and back in between stays unseen.
 * Where there is no /proc (macOS, Windows) memory is not limited.
 */
export class ResourceWatch {
  readonly #watched = new Set<Watched>();
  #timer: NodeJS.Timeout | undefined;
  #ticks = 0;

  add(watched: Watched): void {
    this.#watched.add(watched);
    this.#timer ??= setInterval(() => this.#look(), intervalMilliseconds).unref();
  }

  remove(watched: Watched): void {
    this.#watched.delete(watched);
    if (this.#watched.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #look(): void {
    this.#ticks += 1;
    const walks = this.#ticks % ticksPerWalk === 0;
    for (const watched of this.#watched) {
      if (watched.isIdle) continue;
      if (residentBytes(watched.processId) > watched.memoryBytes) watched.exceeded('memory');
      else if (walks && bytesIn(watched.temporaryFolder) > watched.temporaryBytes) watched.exceeded('storage');
    }
  }
}

/** What a process holds in memory; 0 when it is gone or the machine does not tell. */
export function residentBytes(processId: number): number {
  try {
    return Number(readFileSync(`/proc/${processId}/statm`, 'latin1').split(' ')[1]) * pageBytes;
  } catch {
    return 0;
  }
}

function bytesIn(folder: string): number {
  let total = 0;
  try {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      const path = join(folder, entry.name);
      // Allocated blocks rather than length: a sparse file fills no disk.
      total += entry.isDirectory() ? bytesIn(path) : lstatSync(path).blocks * 512;
    }
  } catch {
    // The function removes files while they are counted.
  }
  return total;
}
