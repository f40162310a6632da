import type { Table } from './table.ts';

type Input = Readonly<Record<string, unknown>>;

/**
 * Deletes the items of a table whose time is over; what holds no number there never expires.
 * @param call does an operation of DynamoDB and gives its output
 * @returns how many
 */
export async function sweepExpired(
  { name, keyNames, expiryAttribute }: Table,
  now: number,
  call: (operation: string, input: Input) => Promise<Input>,
): Promise<number> {
  if (expiryAttribute === undefined) return 0;
  const scan = {
    TableName: name,
    FilterExpression: 'attribute_type(#expiry, :number) AND #expiry <= :now',
    ExpressionAttributeNames: { '#expiry': expiryAttribute },
    ExpressionAttributeValues: { ':number': { S: 'N' }, ':now': { N: String(Math.floor(now / 1000)) } },
  };
  let swept = 0;
  let ExclusiveStartKey: unknown;
  do {
    const page = await call('Scan', { ...scan, ...(ExclusiveStartKey === undefined ? {} : { ExclusiveStartKey }) });
    for (const item of (page.Items ?? []) as readonly Input[]) {
      await call('DeleteItem', { TableName: name, Key: Object.fromEntries(keyNames.map((key) => [key, item[key]])) });
      swept += 1;
    }
    ExclusiveStartKey = page.LastEvaluatedKey;
  } while (ExclusiveStartKey !== undefined);
  return swept;
}
