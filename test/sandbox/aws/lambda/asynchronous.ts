import type { Attempt } from './attempt.ts';
import { type DestinationHost, deliver } from './destination.ts';
import { latestVersion, type Target } from './lambda-function.ts';

/** AWS::Lambda::EventInvokeConfig: what happens to an asynchronous invocation that fails. */
export interface AsynchronousConfiguration {
  readonly retries: number;
  readonly maximumAgeSeconds: number;
  /** ARNs of a queue, a topic or a function. */
  readonly onFailure?: string;
  readonly onSuccess?: string;
}

export interface AsynchronousHost extends DestinationHost {
  readonly now: () => number;
  attempt(target: Target, text: string, requestId: string): Promise<Attempt>;
  /** A record of an asynchronous invocation reached no destination. */
  onUndelivered(functionName: string): void;
}

const asOnAws: AsynchronousConfiguration = { retries: 2, maximumAgeSeconds: 21_600 };

type Condition = 'Success' | 'RetriesExhausted' | 'EventAgeExceeded' | 'ZeroReservedConcurrency';

/**
 * Lambda's own queue of events: attempts, retries, then a destination. A retry follows at once, without AWS's minute or two in between;
 * the age of an event goes by the sandbox's clock, so that only who moves the clock makes an event too old.
 */
export async function invokeFromQueue(
  target: Target,
  text: string,
  requestId: string,
  host: AsynchronousHost,
): Promise<readonly Attempt[]> {
  const settings = target.lambdaFunction.asynchronous.get(target.qualifier ?? latestVersion) ?? asOnAws;
  const attempts: Attempt[] = [];
  const condition = await untilSettled(target, text, requestId, settings, attempts, host);
  const destination = condition === 'Success' ? settings.onSuccess : settings.onFailure;
  const deadLetterArn = condition === 'Success' ? undefined : target.version.configuration.deadLetterArn;
  const record = () => destinationRecord(target, text, requestId, condition, attempts, host.now());
  const undelivered = () => host.onUndelivered(target.version.configuration.name);
  if (destination !== undefined) await deliver(target, destination, record(), {}, host).catch(undelivered);
  if (deadLetterArn !== undefined) await deliver(target, deadLetterArn, text, deadLetter(requestId, attempts), host).catch(undelivered);
  return attempts;
}

async function untilSettled(
  target: Target,
  text: string,
  requestId: string,
  { retries, maximumAgeSeconds }: AsynchronousConfiguration,
  attempts: Attempt[],
  host: AsynchronousHost,
): Promise<Condition> {
  const { slots } = target.lambdaFunction;
  const acceptedAt = host.now();
  while (attempts.length <= retries) {
    if (slots.limit === 0) return 'ZeroReservedConcurrency';
    // A throttled event goes back to the queue without costing a retry.
    await slots.take();
    try {
      if (host.now() - acceptedAt >= maximumAgeSeconds * 1000) return 'EventAgeExceeded';
      const attempt = await host.attempt(target, text, requestId);
      attempts.push(attempt);
      if (attempt.outcome === 'response') return 'Success';
    } finally {
      slots.release();
    }
  }
  return 'RetriesExhausted';
}

/** AWS doc: "Capturing records of Lambda asynchronous invocations". */
function destinationRecord(
  { arn, qualifier }: Target,
  text: string,
  requestId: string,
  condition: Condition,
  attempts: readonly Attempt[],
  now: number,
): string {
  const last = attempts.at(-1);
  const failed = condition === 'Success' ? {} : { functionError: 'Unhandled' };
  return JSON.stringify({
    version: '1.0',
    timestamp: new Date(now).toISOString(),
    requestContext: {
      requestId,
      functionArn: qualifier === undefined ? `${arn}:${latestVersion}` : arn,
      condition,
      approximateInvokeCount: attempts.length,
    },
    requestPayload: JSON.parse(text) as unknown,
    ...(last === undefined
      ? {}
      : {
          responseContext: { statusCode: 200, executedVersion: last.executedVersion, ...failed },
          responsePayload: last.payload,
        }),
  });
}

/** AWS doc: "Adding a dead-letter queue"; the message itself is the event as it came. */
function deadLetter(requestId: string, attempts: readonly Attempt[]): Readonly<Record<string, string>> {
  const { errorMessage = '' } = (attempts.at(-1)?.payload ?? {}) as { errorMessage?: string };
  return { RequestID: requestId, ErrorCode: '200', ErrorMessage: errorMessage.slice(0, 1024) || 'none' };
}
