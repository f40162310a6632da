import { parseArgs } from 'node:util';

export interface StartArguments {
  /** Name of the job whose schedule is fired. */
  readonly job: string;
  /** Managed users in the seeded enterprise. */
  readonly users: number;
  /** The same seed gives the same enterprise. */
  readonly seed: number;
  /** Share of Box calls that go wrong, from 0 to 0.5. */
  readonly faults: number;
  /** Stay up after the run, until Ctrl-C. */
  readonly keep: boolean;
}

export const usage = `npm start -- [options]

Synthesises the stage that has the job, deploys it to this machine, seeds a Box enterprise and fires a job's schedule.

  --job NAME    the job to run: storage-report (default), folder-inventory, open-shared-links, …
                or the webhook to ring: archive-upload, guard-shared-link, guard-collaboration
  --users N     managed users in the enterprise: 0 to 1000000; 250 if left out
  --seed N      another enterprise of that size: 1 (default)
  --faults P    let P percent of the calls to Box go wrong: 0 (default) to 50
  --keep        keep everything up afterwards, with a page that shows what happens, until Ctrl-C
  --help        this text`;

/** Raised for what the person typed: shown without a stack trace. */
export class UsageError extends Error {}

/** @returns undefined when help was asked for. @throws UsageError */
export function parseArguments(words: readonly string[]): StartArguments | undefined {
  const { values } = parse(words);
  if (values.help) return undefined;
  return {
    job: values.job,
    users: wholeNumber('users', values.users, 0, 1_000_000),
    seed: wholeNumber('seed', values.seed, 0, 2 ** 31 - 1),
    faults: wholeNumber('faults', values.faults, 0, 50) / 100,
    keep: values.keep,
  };
}

function parse(words: readonly string[]) {
  try {
    return parseArgs({
      args: [...words],
      options: {
        job: { type: 'string', default: 'storage-report' },
        users: { type: 'string', default: '250' },
        seed: { type: 'string', default: '1' },
        faults: { type: 'string', default: '0' },
        keep: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function wholeNumber(name: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < least || value > most)
    throw new UsageError(`--${name} takes a whole number from ${least} to ${most}.`);
  return value;
}
