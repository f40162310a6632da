import type { GetItemCommand } from '@aws-sdk/client-dynamodb';
import type { BoxClock } from './box-clock.ts';

/**
 * A container that has not talked to Box yet may have a wrong clock, and would take a token that has expired for a good one: DynamoDB's
 * answer says what time it is.
 */
export function observeDate(command: GetItemCommand, clock: BoxClock): void {
  command.middlewareStack.add(
    (next) => async (request) => {
      const mark = clock.mark();
      const result = await next(request);
      const { headers } = result.response as { readonly headers?: Readonly<Record<string, string>> };
      clock.observe(headers?.date, mark);
      return result;
    },
    { step: 'deserialize', priority: 'low' },
  );
}
