import * as z from 'zod/mini';
import type { ScheduledJob } from '../declare/job.ts';
import type { OneSubject } from '../declare/subject.ts';
import { environment, json } from '../env.ts';
import { NightporterError } from '../errors.ts';
import type { Subject } from '../token/subject.ts';

export type Settings = Readonly<Record<string, string | undefined>>;

/** @throws NightporterError `ENVIRONMENT_INVALID` */
export function readSettings(): Settings {
  const parsed = z.record(z.string(), z.string()).safeParse(json(environment.settings) ?? {});
  if (!parsed.success)
    throw new NightporterError('ENVIRONMENT_INVALID', `Deploy again: ${environment.settings} must be a JSON object of strings.`);
  return parsed.data;
}

/**
 * What the stage sets, and before it what this one run is given.
 * @throws NightporterError `PARAMS_INVALID` naming the param, never its value.
 */
export function readParams(job: Pick<ScheduledJob, 'params'>, given: Readonly<Record<string, unknown>> = {}): unknown {
  const parsed = z.safeParse(job.params, { ...(json(environment.params) as object | undefined), ...given });
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new NightporterError('PARAMS_INVALID', `Correct the job's params in cdk.json, or those of --param: ${mistakeOf(issue)}.`);
}

function mistakeOf(issue: z.core.$ZodIssue | undefined): string {
  const path = issue?.path.join('.');
  if (issue?.code === 'unrecognized_keys') return `${[path, issue.keys.join(', ')].filter(Boolean).join('.')}: the job has no such param`;
  return `${path || 'they'}: ${issue?.message}`;
}

/** Whose token is sent, and on whose behalf where that is somebody else. */
export interface Identity {
  readonly subject: Subject;
  /** Box user id for the header `as-user`. */
  readonly asUser?: string;
}

/** Whose limit the calls of this identity count against: a user's, by id, or the service account's, `enterprise`. */
export function ownerOf({ subject }: Identity): string {
  return subject.type === 'user' ? subject.id : 'enterprise';
}

/** @throws NightporterError `SETTINGS_INVALID` when the stage lacks the setting that names the user. */
export function identityOf(runAs: OneSubject, settings: Settings): Identity {
  if (runAs.kind === 'serviceAccount') return { subject: { type: 'enterprise' } };
  const id = typeof runAs.user === 'string' ? runAs.user : settings[runAs.user.setting];
  if (!id || !/^\d+$/.test(id)) {
    const name = typeof runAs.user === 'string' ? 'user' : runAs.user.setting;
    throw new NightporterError(
      'SETTINGS_INVALID',
      `Set "${name}" under the stage's settings in cdk.json to the Box user id that this job runs as.`,
    );
  }
  return runAs.through === 'as-user' ? { subject: { type: 'enterprise' }, asUser: id } : { subject: { type: 'user', id } };
}
