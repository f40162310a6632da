import { BoxRequestFailed } from '../../../../lib/box/box-error.ts';
import type { BoxWebhooks } from '../../../../lib/webhook/reconcile/box-webhooks.ts';
import type { Note, Notes } from '../../../../lib/webhook/reconcile/note.ts';
import type { Present } from '../../../../lib/webhook/reconcile/plan.ts';
import { targetKey } from '../../../../lib/webhook/reconcile/wanted.ts';

export class Crash extends Error {}

/** What goes wrong from some operation on. `dies`: nothing is carried out any more; `stumbles`: every other is, and its answer is lost. */
export interface Trouble {
  readonly after: number;
  readonly how: 'dies' | 'stumbles';
}

/** Counts the operations on Box and on the notes, and lets them fail. */
export class Fate {
  operations = 0;
  writes = 0;
  crashes = 0;
  #trouble: Trouble | undefined;

  meet(trouble: Trouble | undefined): void {
    this.#trouble = trouble && { ...trouble, after: this.operations + trouble.after };
  }

  async live<T>(isWrite: boolean, carryOut: () => T): Promise<T> {
    const nth = this.operations++ - (this.#trouble?.after ?? Number.POSITIVE_INFINITY);
    if (nth > 0 && (this.#trouble?.how === 'dies' || nth % 2 === 1)) throw this.#crash();
    if (isWrite) this.writes++;
    const result = carryOut();
    if (nth >= 0) throw this.#crash();
    return result;
  }

  #crash(): Crash {
    this.crashes++;
    return new Crash();
  }
}

/** Box's rule: one webhook for an item. Knows which of them went through `create`. */
export class BoxModel implements BoxWebhooks {
  readonly webhooks = new Map<string, Present>();
  readonly ours = new Set<string>();
  readonly #fate: Fate;
  #made = 100;

  constructor(fate: Fate, foreign: readonly Present[]) {
    this.#fate = fate;
    for (const each of foreign) this.webhooks.set(each.id, each);
  }

  async *list() {
    const all = await this.#fate.live(false, () => [...this.webhooks.values()]);
    for (const { id, target } of all) yield { id, target };
  }

  get(id: string) {
    return this.#fate.live(false, () => this.webhooks.get(id));
  }

  create({ target, address, triggers }: Pick<Present, 'target' | 'address' | 'triggers'>) {
    return this.#fate.live(true, () => {
      if ([...this.webhooks.values()].some((other) => targetKey(other.target) === targetKey(target))) throw refused(409);
      const id = String(this.#made++);
      this.webhooks.set(id, { id, target, address, triggers });
      this.ours.add(id);
      return id;
    });
  }

  update(id: string, { address, triggers }: Pick<Present, 'address' | 'triggers'>) {
    return this.#fate.live(true, () => {
      const webhook = this.webhooks.get(id);
      if (!webhook) throw refused(404);
      this.webhooks.set(id, { ...webhook, address, triggers });
    });
  }

  remove(id: string) {
    return this.#fate.live(true, () => void this.webhooks.delete(id));
  }
}

export class NotesModel implements Notes {
  readonly notes = new Map<string, Note>();
  readonly #fate: Fate;

  constructor(fate: Fate) {
    this.#fate = fate;
  }

  all() {
    return this.#fate.live(false, () => [...this.notes.values()]);
  }

  put(note: Note, onlyOver?: Note['state']) {
    const key = targetKey(note.target);
    return this.#fate.live(false, () => {
      if (onlyOver === undefined || this.notes.get(key)?.state === onlyOver) this.notes.set(key, note);
    });
  }

  remove(target: Note['target'], onlyIn?: Note['state']) {
    const key = targetKey(target);
    return this.#fate.live(false, () => {
      if (onlyIn === undefined || this.notes.get(key)?.state === onlyIn) this.notes.delete(key);
    });
  }
}

/** Of a round that has nobody beside it. */
export const alone = { renew: async () => {} };

export function refused(status: number): BoxRequestFailed {
  return new BoxRequestFailed({ method: 'POST', path: '/2.0/webhooks', status });
}
