import { type RunAs, type ScheduledJob, type Webhook, z } from 'nightporter';
import { invalid } from './invalid.ts';

const text = z.union([z.string(), z.array(z.string())]);
const setting = z.strictObject({ setting: z.string() });
const share = z.number().check(z.gte(0, 'use 0 to 1'), z.lte(1, 'use 0 to 1'));
const atOnce = z.int().check(z.gte(1, 'use 1 to 100'), z.lte(100, 'use 1 to 100'));
const number = z.int().check(z.gte(0, 'use 0 or more'));

const eachManagedUser = z.strictObject({
  kind: z.literal('eachManagedUser'),
  where: z.strictObject({
    status: z.optional(text),
    group: z.optional(z.union([z.string(), setting])),
    loginDomain: z.optional(text),
    users: z.optional(z.union([z.array(z.string()), setting])),
  }),
  through: z.enum(['user-token', 'as-user'], 'use "user-token" or "as-user"'),
  concurrency: z.strictObject({ shards: atOnce, users: atOnce }),
  tolerate: z.strictObject({ users: number, share }),
});

const limits = z.strictObject({ actions: number, share });

/**
 * What a declaration says below its own keys, which a file without types may misspell.
 * @throws NightporterError `DECLARATION_INVALID` with the place of the first mistake
 */
export function checkDeclaration(label: string, declaration: ScheduledJob | Webhook): void {
  const odd = namedIds(declaration.runAs).some((id) => !/^\d{1,20}$/.test(id));
  if (odd) throw invalid(label, 'runAs: name users and groups by their Box ids, which are digits');
  if (declaration.kind !== 'scheduledJob') return;
  if (declaration.runAs.kind === 'eachManagedUser') check(label, 'runAs', eachManagedUser, declaration.runAs);
  if (declaration.shape === 'changing') check(label, 'limits', limits, declaration.limits);
}

/** What the declaration itself says; ids in settings are looked at with the stage. */
function namedIds(runAs: RunAs): readonly string[] {
  if (runAs.kind === 'serviceAccount') return [];
  const named = runAs.kind === 'managedUser' ? [runAs.user] : [runAs.where.group, runAs.where.users];
  return named.flat().filter((id) => typeof id === 'string');
}

function check(label: string, place: string, schema: z.ZodMiniType, value: unknown): void {
  const [issue] = schema.safeParse(value, { error: z.locales.en().localeError }).error?.issues ?? [];
  if (issue) throw invalid(label, `${[place, ...issue.path].join('.')}: ${issue.message}`);
}
