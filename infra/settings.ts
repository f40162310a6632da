import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { z } from 'nightporter';
import { modes } from '../lib/declare/changing-job.ts';
import { NightporterError } from '../lib/errors.ts';
import { arn, roleArn } from './arn.ts';
import { contradictionIn } from './contradictions.ts';
import { features } from './regions.ts';

const name = z.string().check(z.regex(/^[a-z][a-z0-9-]{0,30}$/, 'use small letters, digits and hyphens, at most 31, a letter first'));
const ids = (prefix: string, maximum: number) =>
  z.array(z.string().check(z.regex(new RegExp(`^${prefix}-[0-9a-f]{8,17}$`), `use ids such as ${prefix}-0123456789abcdef0`))).check(
    z.refine((list) => list.length >= 1 && list.length <= maximum, `name 1 to ${maximum}`),
    z.refine((list) => new Set(list).size === list.length, 'name each once'),
  );
const logRetentionDays = Object.values(RetentionDays).filter((days) => typeof days === 'number' && days < 9999);

const job = z.strictObject({
  /** Instead of the declaration's: `cron(…)`, `rate(…)` or `at(…)`. */
  schedule: z.optional(z.string()),
  /** IANA name. */
  timeZone: z.optional(z.string()),
  /** Parsed by the job's own schema. */
  params: z.optional(z.record(z.string(), z.unknown())),
  /** How far a job that changes things may go; `report` if left out. */
  mode: z.optional(z.enum(modes)),
  /** Of a plan, where they differ from the job's own. */
  limits: z.optional(
    z.strictObject({
      actions: z.optional(z.int().check(z.gte(0, 'use 0 or more'))),
      share: z.optional(z.number().check(z.gte(0, 'use 0 to 1'), z.lte(1, 'use 0 to 1'))),
    }),
  ),
  /** How many shards of a job that runs as each managed user are under way at once. */
  shards: z.optional(z.int().check(z.gte(1, 'use 1 to 100'), z.lte(100, 'use 1 to 100'))),
});

const webhook = z.strictObject({
  /** Parsed by the webhook's own schema. */
  params: z.optional(z.record(z.string(), z.unknown())),
  /** Instead of the declaration's; only for a webhook that declares one. */
  mode: z.optional(z.enum(['report', 'enforce'], 'use "report" or "enforce"')),
  /** Ids of webhooks that somebody else made on its items, to be changed and used; they are never deleted. */
  adopt: z.optional(z.array(z.string().check(z.regex(/^\d+$/, 'use the ids of webhooks in Box')))),
});

/** Where functions get their fixed egress addresses: private subnets with a route to Box and to AWS. */
const vpc = z.strictObject({ subnetIds: ids('subnet', 16), securityGroupIds: ids('sg', 5) });

/** Whose workflow may deploy: one repository, one of its environments. docs.github.com/actions: "OpenID Connect in AWS" */
const github = z.strictObject({
  repository: z.string().check(z.regex(/^[\w.-]+\/[\w.-]+$/, 'use owner/name')),
  environment: z.string().check(z.regex(/^[\w.-]+$/, 'use letters, digits, dots, hyphens and underscores')),
  providerArn: arn('iam', 'oidc-provider', 'the account’s OIDC provider for token.actions.githubusercontent.com'),
});

/** AWS takes 128 characters for a key and 256 for a value; docs.aws.amazon.com/tag-editor: "Tag naming limits". */
const tags = z.record(
  z.string().check(
    z.regex(/^[\w .:/=+@-]{1,128}$/, 'use a tag key that AWS takes'),
    z.refine((key) => !/^(aws|nightporter):/i.test(key), 'this prefix is taken'),
  ),
  z.string().check(z.regex(/^[\w .:/=+@-]{0,256}$/, 'use a tag value that AWS takes')),
);

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
  /** The webhooks that are on; `true` leaves everything as declared. */
  webhooks: z._default(z.record(z.string(), z.pipe(z.transform(trueIsEmpty), webhook)), {}),
  /** How Box reaches them: by a Lambda function URL, or by an HTTP API where a company forbids URLs without IAM. */
  ingress: z._default(z.enum(['function-url', 'http-api'], 'use "function-url" or "http-api"'), 'function-url'),
  /** Schedules run from the first deployment on; otherwise from the first deployment with `--arm` on. */
  armedFromStart: z._default(z.boolean(), false),
  /** One token for all functions of a Box app, in a table, instead of one for each container. */
  sharedTokens: z._default(z.boolean(), false),
  /** How long a run waits for the new secret after the old one was reset in Box's console; 0: not at all. */
  rotationGraceMinutes: z._default(z.number().check(z.gte(0, 'use 0 to 14'), z.lte(14, 'use 0 to 14')), 12),
  logRetentionDays: z._default(
    z.number().check(z.refine(isRetention, `use one of ${logRetentionDays.join(', ')}`)),
    RetentionDays.THREE_MONTHS,
  ),
  /** Reports, and the log of who read them. */
  reportRetentionDays: z._default(z.int().check(z.gte(1, 'use 1 to 3650'), z.lte(3650, 'use 1 to 3650')), 400),
  /** The whole stage, by its tag; whoever `notify` names is told at 80 % and when the forecast is above it. */
  monthlyBudgetUSD: z.optional(z.number().check(z.positive('use an amount above 0'))),
  /** May read the secrets besides the jobs; for people who rotate them. */
  operatorRoleArn: z.optional(roleArn),
  /** May read the secrets besides the jobs; for emergencies. */
  breakGlassRoleArn: z.optional(roleArn),
  /** Of every role, for companies that require one. */
  permissionsBoundaryArn: z.optional(arn('iam', 'policy', 'an IAM policy')),
  /** On everything that can have tags. */
  tags: z._default(tags, {}),
  vpc: z.optional(vpc),
  github: z.optional(github),
  region: z.optional(z.string().check(z.regex(/^[a-z]{2}(-[a-z]+)+-\d$/, 'use a region such as eu-west-2'))),
  /** Features that the region has by now although our dated list does not know. */
  assumeRegionHas: z._default(z.array(z.enum(features)), []),
  account: z.optional(z.string().check(z.regex(/^\d{12}$/, 'use the twelve digits of an AWS account, as a text'))),
});

export type StageSettings = z.infer<typeof stage>;
export type Stage = StageSettings & {
  readonly name: string;
  /** Where it goes if it names no region: only for what has to be known beforehand. */
  readonly likelyRegion?: string;
};
export type JobSettings = z.infer<typeof job>;
export type WebhookSettings = z.infer<typeof webhook>;
export type Ingress = StageSettings['ingress'];

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
 * @param likelyRegion where a stage goes that names none; unknown if left out
 * @throws NightporterError `SETTINGS_INVALID`, always one sentence.
 */
export function readStage(stages: unknown, stageName: string, likelyRegion?: string): Stage {
  if (!isRecord(stages)) throw new NightporterError('SETTINGS_INVALID', 'Add the context "stages" to cdk.json: it says what is on.');
  if (!name.safeParse(stageName).success || !Object.hasOwn(stages, stageName)) {
    const known = Object.keys(stages).join(', ');
    throw new NightporterError('SETTINGS_INVALID', `Choose a stage that cdk.json has: "${stageName}" is none of ${known}.`);
  }
  const settings = parse(stage, stages[stageName], stageName, []);
  const read = { ...settings, name: stageName, ...(likelyRegion !== undefined && { likelyRegion }) };
  const contradiction = contradictionIn(read);
  if (contradiction) throw settingsMistake(stageName, contradiction.key, contradiction.reason);
  return read;
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
