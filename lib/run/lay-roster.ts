import type { Engine } from './engine.ts';

export interface Roster {
  readonly users: number;
  readonly shards: number;
}

/** Where the roster's next step begins: small and without names, as the step before has returned it. */
export interface RosterStep {
  /** Number of this step, from 0. */
  readonly step: number;
  /** How many users are laid down. */
  readonly users: number;
}

/** What a step has laid down in all. */
export interface RosterLaid extends Roster {
  /** The list is longer: it goes on in so many seconds. */
  readonly seconds?: number | undefined;
}

/**
 * Who a run is about, as a chain of steps: the list may be long, and Box slow. A company of usual size takes one.
 * @param whole runs inside the last step
 */
export async function layRoster(
  engine: Engine,
  lay: (from: RosterStep) => Promise<RosterLaid>,
  whole: (roster: Roster) => Promise<void>,
): Promise<Roster> {
  let users = 0;
  for (let step = 0; ; step++) {
    const from = { step, users };
    const name = step === 0 ? 'roster' : `roster.${step}`;
    const { seconds, ...laid } = await engine.step(name, async () => {
      const { seconds, users, shards } = await lay(from);
      if (seconds === undefined) await whole({ users, shards });
      return { users, shards, seconds };
    });
    // Left out is not there in what a step has returned.
    if (seconds === undefined) return laid;
    await engine.wait(`${name} waits`, seconds);
    users = laid.users;
  }
}
