import type { Subject } from '../../../../lib/token/subject.ts';
import type { Container } from './container.ts';
import { openWorld, type World, type WorldOptions } from './fleet-world.ts';
import { type Outcome, run } from './run.ts';
import type { Step } from './schedule.ts';
import { VirtualTimers } from './virtual-timers.ts';

/** What came of a schedule. */
export interface Played {
  readonly world: World;
  readonly containers: readonly Container[];
  readonly outcomes: readonly Outcome[];
  /** What really happened, by kind. */
  readonly happened: ReadonlyMap<string, number>;
  /** Times at which the whole fleet may have needed a new token. */
  readonly occasions: number;
  readonly mismatchedSeconds: number;
  readonly isShared: boolean;
}

/** Whatever happens, it ends within so many timers. */
const mostSteps = 3_000;
/** Minutes by which clocks are off from the start. */
const skews = [0, -6, 0, 10, -10, 0, 2];

export interface PlayOptions extends Omit<WorldOptions, 'rotationPollMs'> {
  /** How many containers there are at a time; six if left out. */
  readonly size?: number;
}

/** Plays a schedule on a fleet, then heals everything and lets every container run once more. */
export async function play(steps: readonly Step[], { size = 6, ...options }: PlayOptions): Promise<Played> {
  await using world = await openWorld({ ...options, rotationPollMs: 15_000 });
  using timers = new VirtualTimers(world.trueTime, () => world.internet.held);
  const stage = new Stage(world, timers, size);
  for (const step of steps) await stage.perform(step);
  await stage.end();
  return { world, isShared: options.table !== undefined, ...stage };
}

class Stage {
  readonly containers: Container[] = [];
  readonly outcomes: Outcome[] = [];
  readonly happened = new Map<string, number>();
  occasions = 1;
  /** Seconds in which Secrets Manager did not hold what Box takes. */
  mismatchedSeconds = 0;
  readonly #world: World;
  readonly #timers: VirtualTimers;
  readonly #fleet: Container[];
  readonly #subjects: readonly Subject[];

  constructor(world: World, timers: VirtualTimers, size: number) {
    this.#world = world;
    this.#timers = timers;
    this.#fleet = Array.from({ length: size }, () => this.#add());
    const users = [0, 1].map((index): Subject => ({ type: 'user', id: world.box.enterprise.userAt(index).id }));
    // Twice, so that half of the calls share a token.
    this.#subjects = [{ type: 'enterprise' }, ...users, { type: 'enterprise' }];
  }

  async perform(step: Step): Promise<void> {
    const { internet, secret } = this.#world;
    switch (step.kind) {
      case 'calls':
        return this.#calls(step.containers.flatMap((container) => step.subjects.map((subject) => this.#runOf(container, subject))));
      case 'pass':
        await this.#rest();
        return this.#pass(step.seconds);
      case 'trouble':
        internet.once(step.service, step.trouble, step.times);
        return this.#startCold(step);
      case 'outage':
        internet.always(step.service, step.trouble);
        return this.#world.after(step.seconds * 1_000, () => internet.heal());
      case 'reset':
        this.#count(step.oldLives ? 'reset, old secret lives on' : 'reset, old secret dead');
        secret.reset(step);
        return this.#world.after(step.seconds * 1_000, () => secret.promote());
      case 'wrongSecret':
        this.#count('wrong secret');
        secret.putWrong();
        return this.#world.after(step.seconds * 1_000, () => secret.promote());
      case 'freeze':
        return this.#freeze(this.#container(step.container), step.seconds);
      case 'kill':
        return this.#kill(step.container % this.#fleet.length);
      case 'clock':
        this.#count(step.minutes < 0 ? 'clock set back' : 'clock set forward');
        return this.#container(step.container).clock.move(step.minutes * 60_000);
      case 'revoke':
        this.#count('tokens revoked');
        this.occasions++;
        return this.#world.revokeAll();
    }
  }

  async end(): Promise<void> {
    this.#world.internet.heal();
    this.#world.pass(700_000);
    if (!this.#world.secret.matches) this.#world.secret.promote();
    this.#world.pass(60_000);
    await this.#rest();
    const before = this.outcomes.length;
    await this.#calls(this.#fleet.map((container) => () => run(this.#world, container, { type: 'enterprise' })));
    for (const { error } of this.outcomes.slice(before)) if (error) throw new Error('A healed fleet does not work.', { cause: error });
    for (const { service, trouble } of this.#world.internet.passed) if (trouble) this.#count(`${service} ${trouble}`);
  }

  /** A cold start that needs this very service. */
  async #startCold({ service, times }: Extract<Step, { kind: 'trouble' }>): Promise<void> {
    const index = times % this.#fleet.length;
    this.#fleet[index] = this.#add();
    await this.#calls([this.#runOf(index, service === 'box' || service === 'secrets' ? 1 : 0)]);
  }

  #runOf(container: number, subject: number): () => Promise<Outcome> {
    const who = this.#subjects[subject % this.#subjects.length] ?? { type: 'enterprise' };
    return () => run(this.#world, this.#container(container), who);
  }

  /** Starts these runs at once and lets time go by until they have ended. */
  async #calls(runs: readonly (() => Promise<Outcome>)[]): Promise<void> {
    const started = Promise.all(runs.map((start) => start()));
    this.outcomes.push(...(await this.#until(started)));
  }

  /** The answer to what it asks for comes after its thaw. */
  async #freeze(container: Container, seconds: number): Promise<void> {
    this.#count('container frozen');
    this.#world.internet.freeze(container.name);
    const late = run(this.#world, container, { type: 'enterprise' });
    await this.#timers.calm();
    this.#timers.freeze(container.name);
    this.#pass(seconds);
    await this.#calls(
      this.#fleet.filter((other) => other !== container).map((other) => () => run(this.#world, other, { type: 'enterprise' })),
    );
    this.#timers.thaw(container.name);
    await this.#timers.calm();
    this.#world.internet.thaw(container.name);
    await this.#calls([() => late]);
  }

  /** Dies while Box answers its token request, so with the lease in its hand if there is one; another takes its place. */
  async #kill(index: number): Promise<void> {
    const { internet } = this.#world;
    const victim = this.#container(index);
    this.#world.revokeAll();
    this.occasions++;
    internet.once('box', 'slow', 1);
    const before = internet.passed.length;
    let ended = false;
    void run(this.#world, victim, { type: 'enterprise' }).finally(() => {
      ended = true;
    });
    const asked = () =>
      internet.passed.slice(before).some(({ container, operation }) => container === victim.name && operation === 'token');
    await this.#timers.calm();
    for (let steps = 0; steps < 100 && !ended && !asked(); steps++) await this.#step();
    internet.cut(victim.name);
    this.#count(asked() ? 'killed at a token request' : 'killed');
    this.#fleet[index] = this.#add();
  }

  /** Lets time go by until this has ended. */
  async #until<T>(pending: Promise<T>): Promise<T> {
    let ended = false;
    const end = () => {
      ended = true;
    };
    pending.then(end, end);
    await this.#timers.calm();
    for (let steps = 0; !ended; steps++) {
      if (steps > mostSteps) throw new Error('It does not end.');
      await this.#step();
    }
    return pending;
  }

  /** To the next moment at which anything happens. */
  async #step(): Promise<void> {
    const next = Math.min(this.#timers.next ?? Number.POSITIVE_INFINITY, this.#world.nextDue ?? Number.POSITIVE_INFINITY);
    if (next === Number.POSITIVE_INFINITY) throw new Error('Nothing is under way, and it has not ended.');
    this.#pass(Math.max(0, next - this.#world.trueTime()) / 1_000);
    this.#timers.ring();
    await this.#timers.calm();
  }

  #pass(seconds: number): void {
    // A token is replaced at the earliest after ten twelfths of its life.
    this.occasions += seconds / 3_000;
    if (!this.#world.secret.matches) this.mismatchedSeconds += seconds;
    this.#world.pass(seconds * 1_000);
  }

  /** Nothing is under way any more. */
  async #rest(): Promise<void> {
    await this.#until(Promise.all(this.#fleet.map(({ source }) => source.settle(12_000))));
  }

  #add(): Container {
    const container = this.#world.addContainer();
    container.clock.move((skews[this.containers.length % skews.length] ?? 0) * 60_000);
    this.containers.push(container);
    return container;
  }

  #container(index: number): Container {
    return this.#fleet[index % this.#fleet.length] ?? this.#add();
  }

  #count(kind: string): void {
    this.happened.set(kind, (this.happened.get(kind) ?? 0) + 1);
  }
}
