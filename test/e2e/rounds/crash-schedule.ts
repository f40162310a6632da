import type { Sandbox } from '../../sandbox/sandbox.ts';

/** Which function loses all its processes, when Box (or AWS) has seen so many requests of the run. */
export interface Crash {
  readonly at: number;
  readonly victim: 'coordinator' | 'shard';
}

export interface CrashedRun {
  readonly outcome: string;
  readonly payload: unknown;
  /** Folders that the run has left in Box, by user. */
  readonly marks: ReadonlyMap<string, readonly string[]>;
  readonly rows: string;
  readonly kills: number;
}

/** Runs the job under a schedule of crashes; what it did is taken from Box's own journal and state. */
export class CrashStage {
  readonly #sandbox: Sandbox;
  readonly #hooks: { onExchange: () => void };
  #nights = 0;

  /** @param hooks what the simulated Box (or AWS) calls at each request */
  constructor(sandbox: Sandbox, hooks: { onExchange: () => void }) {
    this.#sandbox = sandbox;
    this.#hooks = hooks;
  }

  async run(schedule: readonly Crash[], sabotage: () => void = () => {}): Promise<CrashedRun> {
    const { aws, box } = this.#sandbox;
    const victims = { coordinator: this.#sandbox.functionName('mark-users'), shard: this.#sandbox.shardsOf('mark-users') };
    const due = new Date(Date.UTC(2030, 0, 1) + this.#nights++ * 86_400_000);
    const before = box.journal.effects.length;
    let exchanges = 0;
    let kills = 0;
    this.#hooks.onExchange = () => {
      exchanges++;
      for (const { at, victim } of schedule) if (at === exchanges) void aws.kill(victims[victim]).then((count) => (kills += count));
    };
    sabotage();
    const { outcome, payload } = await this.#sandbox.run('mark-users', due);
    this.#hooks.onExchange = () => {};
    const made = box.journal.effects.slice(before).filter(({ action }) => action === 'ITEM_CREATE');
    const marks = new Map([...Map.groupBy(made, ({ subject }) => subject)].map(([user, all]) => [user, all.map(({ itemId }) => itemId)]));
    return { outcome, payload, marks, rows: await this.#rows(due), kills };
  }

  async #rows(due: Date): Promise<string> {
    const night = due.toISOString().slice(0, 10);
    const key = (await this.#sandbox.reportKeys(`reports/mark-users/${night}`)).find((name) => name.endsWith('rows.ndjson'));
    return key === undefined ? '' : Buffer.from(await this.#sandbox.readReport(key)).toString();
  }
}
