import { NightporterError } from '../../../lib/errors.ts';
import type { MultipartUpload, NewObject, ObjectStore } from '../../../lib/sink/object-store.ts';

/** An object store in memory that keeps a journal and can be told to refuse. */
export class MemoryObjectStore implements ObjectStore {
  readonly objects = new Map<string, Buffer>();
  readonly contentTypes = new Map<string, string>();
  readonly journal: string[] = [];
  /** Uploads that were begun and neither completed nor aborted. */
  open = 0;
  /** The operation, such as `part 2 rows.csv`, that is refused from now on. */
  refused: string | undefined;
  /** Runs before every operation answers. */
  before: (operation: string) => Promise<void> | void = () => {};

  async put(object: NewObject, body: Uint8Array, signal?: AbortSignal): Promise<void> {
    await this.#step(`put ${fileOf(object)}`, signal);
    this.#reveal(object, Buffer.from(body));
  }

  async begin(object: NewObject, signal?: AbortSignal): Promise<MultipartUpload> {
    const file = fileOf(object);
    await this.#step(`begin ${file}`, signal);
    this.open++;
    const parts: Buffer[] = [];
    return {
      part: async (body, partSignal) => {
        const copy = Buffer.from(body);
        await this.#step(`part ${parts.length + 1} ${file}`, partSignal);
        if (!copy.equals(body)) throw new Error('the buffer was written to while its part was on its way');
        parts.push(copy);
      },
      complete: async (completeSignal) => {
        await this.#step(`complete ${file}`, completeSignal);
        const tooSmall = parts.slice(0, -1).some((part) => part.length < 5 * 1024 * 1024);
        if (tooSmall) throw new Error('EntityTooSmall');
        this.open--;
        this.#reveal(object, Buffer.concat(parts));
      },
      abort: async () => {
        this.journal.push(`abort ${file}`);
        this.open--;
      },
    };
  }

  async read({ key }: Pick<NewObject, 'key'>, signal?: AbortSignal): Promise<string | undefined> {
    await this.#step(`read ${key.slice(key.lastIndexOf('/') + 1)}`, signal);
    return this.objects.get(key)?.toString();
  }

  /** The text of the one object whose key ends so. */
  text(file: string): string {
    const key = [...this.objects.keys()].find((each) => each.endsWith(`/${file}`));
    return this.objects.get(key ?? '')?.toString() ?? '';
  }

  async #step(operation: string, signal: AbortSignal | undefined): Promise<void> {
    this.journal.push(operation);
    await new Promise(setImmediate);
    await this.before(operation);
    signal?.throwIfAborted();
    if (operation === this.refused) throw new NightporterError('REPORT_NOT_WRITTEN', `S3 refused ${operation}.`);
  }

  #reveal(object: NewObject, body: Buffer): void {
    if (this.objects.has(object.key)) throw new NightporterError('REPORT_NOT_WRITTEN', 'It is there already.');
    this.objects.set(object.key, body);
    this.contentTypes.set(object.key, object.contentType);
  }
}

function fileOf({ key }: NewObject): string {
  return key.slice(key.lastIndexOf('/') + 1);
}
