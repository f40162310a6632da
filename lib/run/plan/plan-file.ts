import { createHash } from 'node:crypto';
import * as z from 'zod/mini';
import type { Action, ActionKind, Limits } from '../../declare/changing-job.ts';
import { NightporterError } from '../../errors.ts';
import { canonical } from './canonical.ts';

/** An action as it stands in a plan: with its effect, so that the plan says all that its approver has to know. */
export interface PlannedAction extends Action {
  readonly effect: ActionKind['effect'];
  readonly label: string;
}

/** What a plan says of itself, in its first line. */
export interface PlanFacts {
  readonly job: string;
  readonly run: string;
  /** When the run was due, ISO 8601. */
  readonly dueTime: string;
  /** How many things the plan looked at: `limits.share` is a share of them. */
  readonly considered: number;
  /** Sentences: what the plan could not see. One is enough for it never to be applied. */
  readonly incomplete: readonly string[];
  readonly limits: Limits;
  /** What this one run was given instead of what the stage sets; left out where that is nothing. */
  readonly params?: Readonly<Record<string, unknown>> | undefined;
}

export interface Plan extends PlanFacts {
  /** In the order in which they are applied. */
  readonly actions: readonly PlannedAction[];
}

/** A plan as it is stored. */
export interface PlanFile {
  readonly bytes: Uint8Array;
  /** SHA-256 of the bytes, in hex: what `sha256sum plan.ndjson` prints. */
  readonly sha256: string;
}

/** A plan is read whole, by people too. */
export const mostActions = 20_000;

const details = z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()]));
const text = z.optional(z.string());
const head = z.strictObject({
  plan: z.literal(1),
  job: z.string(),
  run: z.string(),
  dueTime: z.string(),
  considered: z.int(),
  incomplete: z.array(z.string()),
  limits: z.strictObject({ actions: z.number(), share: z.number() }),
  params: z.optional(z.record(z.string(), z.unknown())),
  actions: z.int(),
});
const line = z.strictObject({
  id: z.string(),
  user: z.nullable(z.string()),
  what: z.string(),
  label: z.string(),
  effect: z.enum(['converging', 'visible']),
  item: z.strictObject({ type: z.string(), id: z.string(), name: text, path: text, etag: text }),
  why: z.string(),
  details: z.optional(details),
  undo: z.nullable(z.string()),
});

/**
 * NDJSON in canonical form: one line about the plan, then one for each action. The same plan always has the same bytes, and so the same hash.
 * @throws NightporterError `PLAN_TOO_LARGE` for more than 20,000 actions, `PLAN_INVALID` where two have the same id, or one holds what JSON can't
 */
export function writePlan({ actions, ...facts }: Plan): PlanFile {
  if (actions.length > mostActions) {
    const sentence = `Narrow the job's params: it plans ${actions.length} actions, and a plan that somebody can read has at most ${mostActions}.`;
    throw new NightporterError('PLAN_TOO_LARGE', sentence);
  }
  const lines = [{ plan: 1, ...facts, actions: actions.length }, ...actions].map((each) => `${canonical(each)}\n`);
  const bytes = Buffer.from(lines.join(''));
  // What could not be read again must not be approved: a job may propose what a plan can't hold.
  readPlan(bytes);
  return { bytes, sha256: hashOf(bytes) };
}

export function hashOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** @throws NightporterError `PLAN_INVALID` for anything but what `writePlan` makes, naming the line and none of its content */
export function readPlan(bytes: Uint8Array): Plan {
  const lines = Buffer.from(bytes).toString().split('\n');
  if (lines.pop() !== '') throw invalid(lines.length + 1);
  const [first = '', ...rest] = lines;
  const { plan: _, actions: count, ...facts } = parsed(head, first, 1);
  const actions = rest.map((each, index) => parsed(line, each, index + 2));
  if (actions.length !== count) throw invalid(lines.length);
  refuseTwins(actions as readonly PlannedAction[]);
  return { ...facts, actions: actions as readonly PlannedAction[] };
}

function parsed<S extends z.ZodMiniType>(schema: S, source: string, number: number): z.infer<S> {
  let value: unknown;
  try {
    value = JSON.parse(source);
  } catch {
    throw invalid(number);
  }
  const { success, data } = schema.safeParse(value);
  // What has another form than ours was written by somebody else, even if it means the same.
  if (!success || canonical(data) !== source) throw invalid(number);
  return data;
}

function refuseTwins(actions: readonly PlannedAction[]): void {
  const ids = new Set<string>();
  for (const [index, { id }] of actions.entries()) {
    if (ids.has(id)) throw invalid(index + 2);
    ids.add(id);
  }
}

function invalid(number: number): NightporterError {
  return new NightporterError('PLAN_INVALID', `Look at the job: line ${number} of this plan is not as a run writes it.`);
}
