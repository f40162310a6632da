import * as z from 'zod/mini';
import { NightporterError } from '../errors.ts';
import { type Capability, capabilities } from './capability.ts';
import { type ApplyContext, defaultLimits, modes, type PlanContext } from './changing-job.ts';
import type { ChangingWork, Declaration, PlainWork, StepwiseWork } from './declaration.ts';
import type { DurableContext } from './durable-job.ts';
import type { ChangingJob, PlainJob, StepwiseJob } from './job.ts';
import type { JobContext } from './job-context.ts';
import type { ManagerName } from './manager.ts';
import type { OneSubject, RunAs } from './subject.ts';

/** `app: everyApp` makes one function for each Box app of the stage; for system jobs that look after the apps themselves. */
export const everyApp = '*';

/**
 * Declares a scheduled job: the declaration and the work are one value. `plan` and `apply` make it a job that changes things; `durable: true`
 * or `eachManagedUser()` one in steps; else it is a plain one.
 * @throws NightporterError `DECLARATION_INVALID` for an unknown key or capability, an empty impact, or a missing part.
 */
export function scheduledJob<
  const M extends ManagerName = never,
  const C extends Capability = never,
  S extends z.ZodMiniType = z.ZodMiniObject,
  const R extends RunAs = RunAs,
  const K extends string = never,
  const A extends string = never,
>(
  declaration: Declaration<M, C, S, R> & ChangingWork<M, C, z.infer<S>, R, K, A>,
): ChangingJob<PlanContext<M, C, z.infer<S>, R, K, A>, ApplyContext<M, C, z.infer<S>>, z.infer<S>, K, A>;
export function scheduledJob<
  const M extends ManagerName = never,
  const C extends Capability = never,
  S extends z.ZodMiniType = z.ZodMiniObject,
  const R extends RunAs = RunAs,
  const K extends string = never,
>(
  declaration: Declaration<M, C, S, R> & StepwiseWork<M, C, z.infer<S>, R, K>,
): StepwiseJob<DurableContext<M, C, z.infer<S>, R, K>, z.infer<S>, K>;
export function scheduledJob<
  const M extends ManagerName = never,
  const C extends Capability = never,
  S extends z.ZodMiniType = z.ZodMiniObject,
>(declaration: Declaration<M, C, S, OneSubject> & PlainWork<M, C, z.infer<S>>): PlainJob<JobContext<M, C, z.infer<S>>, z.infer<S>>;
export function scheduledJob(declaration: AnyDeclaration): unknown {
  const shape = shapeOf(declaration);
  check(declaration, shape);
  const { durable, limits, ...said } = declaration;
  return Object.freeze({
    ...defaults,
    ...(shape === 'changing' && { modes, limits: { ...defaultLimits, ...limits } }),
    ...said,
    params: declaration.params ?? z.strictObject({}),
    kind: 'scheduledJob',
    shape,
  });
}

type Shape = 'plain' | 'stepwise' | 'changing';

/** A declaration as it may come from a file that was not compiled. */
type AnyDeclaration = Partial<Declaration<ManagerName, Capability, z.ZodMiniType, RunAs>> &
  Partial<Readonly<Record<'durable' | 'run' | 'plan' | 'apply' | 'report' | 'summarize' | 'actions' | 'modes', unknown>>> & {
    readonly limits?: object;
  };

const defaults = {
  app: 'default',
  box: [],
  uses: [],
  settings: [],
  memoryMiB: 512,
  timeoutMinutes: 15,
  windowMinutes: 5,
};

const general = ['impact', 'schedule', 'runAs', 'params', 'durable', ...Object.keys(defaults)];
const work: Readonly<Record<Shape, { readonly needed: readonly string[]; readonly possible: readonly string[] }>> = {
  plain: { needed: ['run'], possible: [] },
  stepwise: { needed: ['run'], possible: ['report', 'summarize'] },
  changing: { needed: ['plan', 'apply', 'actions'], possible: ['report', 'summarize', 'limits', 'modes'] },
};

function shapeOf({ plan, apply, durable, runAs }: AnyDeclaration): Shape {
  if (plan || apply) return 'changing';
  return durable || runAs?.kind === 'eachManagedUser' ? 'stepwise' : 'plain';
}

function check(declaration: AnyDeclaration, shape: Shape): void {
  const { needed, possible } = work[shape];
  const known = [...general, ...needed, ...possible];
  for (const key of Object.keys(declaration)) {
    if (!known.includes(key)) refuse(`Remove or correct "${key}": such a scheduled job has no such key.`);
  }
  if (!declaration.impact?.trim()) refuse('Say in "impact" what it means for the business when this job fails.');
  const missing = ['schedule', 'runAs', ...needed].find((key) => !declaration[key as keyof AnyDeclaration]);
  if (missing) refuse(`A scheduled job needs schedule, runAs and ${needed.join(', ')}: "${missing}" is missing.`);
  for (const name of declaration.uses ?? []) {
    if (!capabilities.includes(name)) refuse(`Remove or correct "${name}": the capabilities are ${capabilities.join(', ')}.`);
  }
  if (shape === 'plain') return;
  const reports = declaration.uses?.includes('reports:write') ?? false;
  if (reports !== Boolean(declaration.report && declaration.summarize) || reports !== Boolean(declaration.report ?? declaration.summarize))
    refuse('A job in steps that uses reports:write says in "report" and "summarize" what its report is, and no other one does.');
}

function refuse(sentence: string): never {
  throw new NightporterError('DECLARATION_INVALID', sentence);
}
