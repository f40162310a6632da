import * as z from 'zod/mini';

const targetSchema = z.strictObject({ type: z.enum(['file', 'folder']), id: z.string() });

const wantedSchema = z.strictObject({
  name: z.string(),
  owner: z.union([
    z.strictObject({ type: z.literal('enterprise') }),
    z.strictObject({ type: z.literal('user'), id: z.string(), through: z.enum(['user-token', 'as-user']) }),
  ]),
  target: targetSchema,
  address: z.string(),
  triggers: z.array(z.string()),
  queueUrl: z.string(),
});

/** What a deployment wants of one Box app; webhooks that it does not name and that are ours are to go. */
export const wishSchema = z.strictObject({
  webhooks: z.array(wantedSchema),
  /** Ids of webhooks that others made and that are to become ours to change, never to delete. */
  adopt: z.array(z.string()),
});

export type Wish = z.infer<typeof wishSchema>;
/** One webhook of one handler. */
export type Wanted = z.infer<typeof wantedSchema>;
export type Target = z.infer<typeof targetSchema>;
/** Whose webhook it is: Box shows it to nobody else. */
export type Owner = Wanted['owner'];

export const noWish: Wish = { webhooks: [], adopt: [] };

export function targetKey({ type, id }: Target): string {
  return `${type}#${id}`;
}

export function ownerKey(owner: Owner): string {
  return owner.type === 'enterprise' ? 'enterprise' : `user-${owner.id}`;
}
