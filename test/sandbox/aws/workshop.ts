import { cp, mkdir, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Asset } from './assembly.ts';

/**
 * Where code is unpacked, as Lambda does into /var/task and /opt. Outside the repository: inside it Node would look further up, and find the
 * repository's node_modules where AWS finds nothing.
 */
export class Workshop {
  readonly #folder: string;
  readonly #unpacked = new Map<string, Promise<string>>();

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** A copy of a folder asset; one per asset, however many functions it has. */
  unpack(asset: Asset): Promise<string> {
    let copy = this.#unpacked.get(asset.path);
    if (copy === undefined) {
      const target = join(this.#folder, basename(asset.path));
      copy = cp(asset.path, target, { recursive: true, dereference: true }).then(() => target);
      this.#unpacked.set(asset.path, copy);
    }
    return copy;
  }

  /** Code that a template holds inline. */
  async write(name: string, fileName: string, text: string): Promise<string> {
    const target = join(this.#folder, name);
    await mkdir(target, { recursive: true });
    await writeFile(join(target, fileName), text);
    return target;
  }
}
