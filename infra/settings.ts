import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { z } from 'nightporter';
import { NightporterError } from '../lib/errors.ts';

const name = z.string().check(z.regex(/^[a-z][a-z0-9-]{0,30}$/, 'use small letters, digits and hyphens, at most 31, a letter first'));
const roleArn = z.string().check(z.regex(/^arn:aws[a-z-]*:iam::\d{12}:role\/.+$/, 'use the ARN of an IAM role'));
const logRetentionDays = Object.values(RetentionDays).filter((days) => typeof days === 'number' && days < 9999);

const job = z.strictObject({
  /** Instead of the declaration's: `cron(…)`, `rate(…)` or `at(…)`. */
  schedule: z.optional(z.string()),
  /** IANA name. */
  timeZone: z.optional(z.string()),
  /** Parsed by the job's own schema. */
  params: z.optional(z.record(z.string(), z.unknown())),
});

const stage = z.strictObject({
  /** Termination and deletion protection, kept logs, and `notify` is required. */
  production: z._default(z.boolean(), false),
  /** Mail address that gets every alarm. */
  notify: z.optional(z.email('use one mail address')),
  /** Box apps; each has a secret of its own. */
  apps: z._default(z.record(name, z.strictObject({})), { default: {} }),
  /** Values that jobs name with `setting('…')`. */
  settings: z._default(z.record(z.string().check(z.minLength(1)), z.string().check(z.minLength(1))), {}),
  /** The jobs that are on; `true` leaves everything as declared. */
  jobs: z._default(z.record(z.string(), z.pipe(z.transform(trueIsEmpty), job)), {}),
  /** One token for all functions of a Box app, in a table, instead of one for each container. */
  sharedTokens: z._default(z.boolean(), false),
  /** How long a run waits for the new secret after the old one was reset in Box's console; 0: not at all. */
  rotationGraceMinutes: z._default(z.number().check(z.gte(0, 'use 0 to 14'), z.lte(14, 'use 0 to 14')), 12),
  logRetentionDays: z._default(
    z.number().check(z.refine(isRetention, `use one of ${logRetentionDays.join(', ')}`)),
    RetentionDays.THREE_MONTHS,
  ),
  /** May read the secrets besides the jobs; for people who rotate them. */
  operatorRoleArn: z.optional(roleArn),
  /** May read the secrets besides the jobs; for emergencies. */
  breakGlassRoleArn: z.optional(roleArn),
  region: z.optional(z.string().check(z.regex(/^[a-z]{2}(-[a-z]+)+-\d$/, 'use a region such as eu-west-2'))),
  account: z.optional(z.string().check(z.regex(/^\d{12}$/, 'use the twelve digits of an AWS account, as a text'))),
});

export type Stage = z.infer<typeof stage> & { readonly name: string };
export type JobSettings = z.infer<typeof job>;

function trueIsEmpty(value: unknown): unknown {
  return value === true ? {} : value;
}

function isRetention(days: number): boolean {
  return logRetentionDays.includes(days);
}

/** A mistake in cdk.json, in one sentence that names stage and key. */
export function settingsMistake(stageName: string, key: readonly PropertyKey[], reason: string, cause?: unknown): NightporterError {
  const path = ['stages', stageName, ...key].join('.');
  return new NightporterError('SETTINGS_INVALID', `Correct ${path} in cdk.json: ${reason.replace(/\.$/, '')}.`, { cause });
}

/**
 * One stage of the context `stages`, with its defaults filled in.
 * @throws NightporterError `SETTINGS_INVALID`, always one sentence.
 */
export function readStage(stages: unknown, stageName: string): Stage {
  if (!isRecord(stages)) throw new NightporterError('SETTINGS_INVALID', 'Add the context "stages" to cdk.json: it says what is on.');
  if (!name.safeParse(stageName).success || !Object.hasOwn(stages, stageName)) {
    const known = Object.keys(stages).join(', ');
    throw new NightporterError('SETTINGS_INVALID', `Choose a stage that cdk.json has: "${stageName}" is none of ${known}.`);
  }
  const settings = parse(stage, stages[stageName], stageName, []);
  if (settings.production && settings.notify === undefined) {
    throw settingsMistake(stageName, ['notify'], 'a production stage needs a mail address for its alarms');
  }
  if (Object.keys(settings.apps).length === 0) throw settingsMistake(stageName, ['apps'], 'name at least one Box app');
  return { ...settings, name: stageName };
}

/** Parses one part of a stage; the first mistake becomes the sentence. */
export function parse<S extends z.ZodMiniType>(schema: S, value: unknown, stageName: string, key: readonly PropertyKey[]): z.infer<S> {
  const result = schema.safeParse(value, { error: z.locales.en().localeError });
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw settingsMistake(stageName, [...key, ...(issue?.path ?? [])], issue?.message ?? 'it is invalid', result.error);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
