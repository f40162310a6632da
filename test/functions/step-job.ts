import type { Action, Applied, DurableJob, DurableWork, Proposal, RosterUser, Row, RunFacts } from 'nightporter';
import * as z from 'zod/mini';
import { contentWithin } from '../../lib/box/content/content.ts';
import { pages } from '../../lib/box/pages.ts';
import { managersFor } from '../lib/box/managers.ts';
import type { BoxSimulator } from '../sandbox/box/server.ts';
import { reportingJob } from './job-context.ts';

export interface PlayOptions {
  readonly params?: unknown;
  readonly settings?: Readonly<Record<string, string>>;
  /** Users of the roster, for a job as each; for a job as one user its id; else the service account. */
  readonly users?: readonly RosterUser[];
  readonly as?: string;
  /** After how many yields a step ends; never if left out. */
  readonly stepLength?: number;
  /** A step that is thrown away in the middle and repeated, as after a crash: each of this number. */
  readonly crashEvery?: number;
  readonly asOf?: Date;
  /** What happens in the world when a step has ended. */
  readonly between?: () => Promise<void>;
}

/** What a job is played against: the simulated Box, or managers that a test has made itself. */
export type Stage = BoxSimulator | { readonly managers: object };

export interface Played {
  readonly rows: readonly Row<string>[];
  readonly counts: Readonly<Record<string, number>>;
  readonly plan: readonly Action[];
  readonly incomplete: readonly string[];
  readonly steps: number;
  /** All that is stored between steps. */
  readonly cursors: readonly string[];
  /** The published files by their names. */
  text(file: string): string;
}

interface Step {
  readonly rows: Row<string>[];
  readonly counts: Map<string, number>;
  readonly plan: Proposal[];
  readonly incomplete: string[];
}

const asOf = new Date('2026-01-01T00:00:00.000Z');

const newStep = (): Step => ({ rows: [], counts: new Map(), plan: [], incomplete: [] });

/** What a job is handed by name, whatever it declared. */
type Given = Readonly<Record<string, unknown>>;

/** A durable job by its declaration alone: real managers, the simulator over HTTP, steps that end and crash as told, and the real report sink. */
export async function play(job: unknown, box: Stage, options: PlayOptions = {}): Promise<Played> {
  const durable = job as DurableJob;
  const params = z.parse(durable.params, options.params ?? {});
  const record = newStep();
  const cursors: string[] = [];
  let steps = 0;

  async function step(user: RosterUser | undefined, cursor: string | undefined): Promise<string | undefined> {
    const done = newStep();
    const context = { ...(await common(box, options, user?.id)), ...portsOf(done), params, user, cursor } as Given;
    const work = durable.shape === 'changing' ? durable.plan(context) : durable.run(context);
    const isCrash = options.crashEvery !== undefined && ++steps % options.crashEvery === 0;
    if (options.crashEvery === undefined) steps++;
    const next = await last(work, done, isCrash ? 1 : (options.stepLength ?? Number.POSITIVE_INFINITY));
    if (isCrash) return step(user, cursor);
    merge(record, done);
    if (next !== undefined) cursors.push(next);
    await options.between?.();
    return next;
  }

  for (const user of options.users ?? [undefined]) {
    let cursor: string | undefined;
    do cursor = await step(user, cursor);
    while (cursor !== undefined);
  }
  const counts = Object.fromEntries(record.counts);
  const store = await publish(durable, record, { params, counts, selected: options.users?.length ?? 1 });
  const plan = record.plan.map((proposal, index): Action => ({ ...proposal, id: String(index), user: null }));
  return { ...record, counts, plan, steps, cursors, text: (file) => store.text(file) };
}

/** Carries actions out, one after the other, as the users to whom the items belong. */
/** @param before what happens in the world before the nth action, from 0 */
export async function applyAll(
  job: unknown,
  box: BoxSimulator,
  plan: readonly Action[],
  as?: string,
  before: (nth: number) => void = () => {},
): Promise<Applied[]> {
  const changing = job as Extract<DurableJob, { shape: 'changing' }>;
  const outcomes: Applied[] = [];
  const values = new Map<string, unknown>();
  const kept = (name: string, make: () => unknown) => values.get(name) ?? values.set(name, make()).get(name);
  for (const [nth, action] of plan.entries()) {
    before(nth);
    const context = { ...(await common(box, {}, as)), count: () => {}, kept, params: z.parse(changing.params, {}) } as Given;
    let applied = await changing.apply(context, action);
    // Each time in a step of its own.
    while (applied.outcome === 'unfinished') applied = await changing.apply(context, action);
    outcomes.push(applied);
  }
  return outcomes;
}

async function common(box: Stage, { settings = {}, as, asOf: scheduledTime = asOf }: PlayOptions, userId = as): Promise<Given> {
  const { signal } = new AbortController();
  const { context } = reportingJob('job');
  return {
    box: 'managers' in box ? box.managers : managersFor(box, userId === undefined ? {} : { subject: { type: 'user', id: userId } }),
    ...{ pages, signal, settings, content: contentWithin(signal), log: context.log },
    run: { ...context.run, scheduledTime },
  };
}

function portsOf({ rows, counts, plan, incomplete }: Step): Given {
  return {
    report: { add: async (row: Row<string>) => void rows.push(row) },
    count: (name: string, by = 1) => void counts.set(name, (counts.get(name) ?? 0) + by),
    propose: async (proposal: Proposal) => void plan.push(proposal),
    incomplete: (sentence: string) => void incomplete.push(sentence),
  };
}

/** Runs until so many yields. @returns the cursor of the last one, undefined when the work is done */
async function last(work: DurableWork, done: Step, yields: number): Promise<string | undefined> {
  if (!(Symbol.asyncIterator in work)) {
    for (const [name, value] of Object.entries((await work) ?? {})) done.counts.set(name, (done.counts.get(name) ?? 0) + value);
    return undefined;
  }
  let left = yields;
  for await (const cursor of work) if (--left <= 0) return cursor;
  return undefined;
}

function merge(record: Step, done: Step): void {
  record.rows.push(...done.rows);
  record.plan.push(...done.plan);
  record.incomplete.push(...done.incomplete);
  for (const [name, value] of done.counts) record.counts.set(name, (record.counts.get(name) ?? 0) + value);
}

async function publish(job: DurableJob, { rows }: Step, facts: { params: unknown; counts: Record<string, number>; selected: number }) {
  const { context, store } = reportingJob('job');
  const { params, counts, selected } = facts;
  if (!job.report || !job.summarize) return store;
  const writer = await context.report.open(job.report);
  for (const row of rows) await writer.add(row);
  const all: RunFacts<string>['rows'] = async function* all() {
    yield* rows;
  };
  await writer.publish(await job.summarize({ params, counts, users: { selected, done: selected, failed: 0 }, rows: all }));
  return store;
}

/** The active users of the enterprise, as a roster has them. */
export function rosterOf({ enterprise }: BoxSimulator): RosterUser[] {
  return Array.from({ length: enterprise.users }, (_, nth) => enterprise.listed(nth)).filter(({ status }) => status === 'active');
}
