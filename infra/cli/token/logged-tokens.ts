import { CloudWatchLogsClient, type FilteredLogEvent, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import * as z from 'zod/mini';
import { askAws } from '../ask-aws.ts';
import type { Cli } from '../cli.ts';

/** A token as a container logged it when it got it; the token itself is nowhere. */
export interface HeldToken {
  readonly container: string;
  /** `enterprise` or `user:<id>`. */
  readonly subject: string;
  /** Where it came from: `grant` or `shared`. */
  readonly tier: string;
  readonly fingerprint: string;
  readonly obtainedAt: string;
  readonly expiresAt: string;
}

const lineSchema = z.object({
  subject: z.string(),
  fingerprint: z.string(),
  tier: z._default(z.string(), 'grant'),
  expiresAt: z.union([z.string(), z.number()]),
});

/** No token of Box lives longer than 75 minutes. */
const longestLifeMs = 2 * 3_600_000;

/** The last token of each subject in each container that has logged one lately. */
export async function loggedTokens({ aws, now }: Pick<Cli, 'aws' | 'now'>, logGroup: string): Promise<readonly HeldToken[]> {
  const client = new CloudWatchLogsClient(aws);
  const last = new Map<string, HeldToken>();
  let nextToken: string | undefined;
  do {
    const command = new FilterLogEventsCommand({
      logGroupName: logGroup,
      startTime: now() - longestLifeMs,
      filterPattern: '{ $.fingerprint = "*" && $.expiresAt = "*" }',
      nextToken,
    });
    const page = await askAws('logs:FilterLogEvents', client.send(command));
    for (const event of page.events ?? []) {
      const held = heldToken(event);
      if (held) last.set(`${held.container} ${held.subject}`, held);
    }
    nextToken = page.nextToken;
  } while (nextToken !== undefined);
  return [...last.values()];
}

function heldToken({ logStreamName = '', timestamp = 0, message = '' }: FilteredLogEvent): HeldToken | undefined {
  let line: unknown;
  try {
    line = JSON.parse(message);
  } catch {
    return undefined;
  }
  const parsed = lineSchema.safeParse(line);
  if (!parsed.success) return undefined;
  const { subject, fingerprint, tier, expiresAt } = parsed.data;
  const expiry = new Date(expiresAt);
  if (Number.isNaN(expiry.getTime())) return undefined;
  const obtainedAt = new Date(timestamp).toISOString();
  return { container: logStreamName, subject, tier, fingerprint, obtainedAt, expiresAt: expiry.toISOString() };
}
