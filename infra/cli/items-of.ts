import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { askAws } from './ask-aws.ts';

/**
 * All items of a query or a scan, whatever pages they come in.
 * @param action as in a policy: `dynamodb:Query`
 * @throws AwsRefused as `askAws` does
 */
export async function itemsOf(
  action: string,
  pages: AsyncIterable<{ readonly Items?: Record<string, AttributeValue>[] | undefined }>,
): Promise<readonly Record<string, AttributeValue>[]> {
  const all = await askAws(
    action,
    Array.fromAsync(pages, ({ Items = [] }) => Items),
  );
  return all.flat();
}
