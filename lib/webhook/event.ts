import * as z from 'zod/mini';
import { hasSource } from '../declare/trigger.ts';
import { NightporterError } from '../errors.ts';

/** Its id goes into the paths of requests. */
const source = z.looseObject({ type: z.string(), id: z.string().check(z.regex(/^[\w-]{1,64}$/)) });
const causer = z.looseObject({ type: z.string(), id: z.string() });

/** Every field that is not named here passes through: Box adds some. */
const eventSchema = z.looseObject({
  type: z.literal('webhook_event'),
  id: z.string().check(z.regex(/^[\w.:-]{1,128}$/)),
  trigger: z.string().check(z.regex(/^[\w.]{1,100}$/)),
  created_at: z.string(),
  webhook: z.looseObject({ id: z.string() }),
  source: z.nullish(source),
  created_by: z.nullish(causer),
});

export type ReceivedEvent = z.infer<typeof eventSchema>;

/**
 * What Box sent, as far as every trigger has it.
 * @throws NightporterError `EVENT_INVALID` naming the field, never its value
 */
export function parseWebhookEvent(body: Buffer): ReceivedEvent {
  let value: unknown;
  try {
    value = JSON.parse(body.toString('utf8'));
  } catch {
    throw invalid('it is not JSON');
  }
  const parsed = eventSchema.safeParse(value);
  if (!parsed.success) throw invalid(`${parsed.error.issues[0]?.path.join('.') || 'the whole'} is missing or of another shape`);
  if (!parsed.data.source && hasSource(parsed.data.trigger)) throw invalid('source is missing or of another shape');
  return parsed.data;
}

function invalid(why: string): NightporterError {
  return new NightporterError('EVENT_INVALID', `Look at this message in the dead-letter queue: Box signed it, but ${why}.`);
}
