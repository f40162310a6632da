import {
  type AttributeValue,
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { storeMs, takes } from './slow.ts';

type Item = Record<string, AttributeValue>;

/**
 * The table of shared tokens without a wire: a thousand containers have a thousand processors, this machine has a few. It knows the product's
 * own requests and what they are conditional on; that DynamoDB takes their expressions so is proven by the tests.
 */
export function tokensTable(): DynamoDBClient {
  let item: Item | undefined;
  const number = (value: AttributeValue | undefined): number => Number(value?.N ?? Number.NaN);

  const update = ({ input }: UpdateItemCommand) => {
    const { UpdateExpression = '', ExpressionAttributeValues: values = {} } = input;
    const isLease = UpdateExpression.includes('ADD fence');
    const isFree = isLease
      ? !(number(item?.leaseUntil) >= number(values[':now'])) && !(number(item?.tokenExpiresAt) >= number(values[':worth']))
      : number(item?.fence) === number(values[':fence']);
    if (!isFree) throw new ConditionalCheckFailedException({ message: '', $metadata: {} });
    const { leaseUntil: _, leaseOwner: __, ...rest } = item ?? {};
    if (isLease) item = { ...rest, leaseUntil: values[':until'] ?? { N: '0' }, fence: { N: String((number(item?.fence) || 0) + 1) } };
    else if (!values[':ciphertext']) item = rest;
    else {
      const { ':ciphertext': ciphertext, ':fingerprint': fingerprint, ':tokenExpires': tokenExpiresAt, ':life': lifeMs } = values;
      item = { ...rest, ...(fingerprint && tokenExpiresAt && lifeMs && { ciphertext, fingerprint, tokenExpiresAt, lifeMs }) };
    }
    return { Attributes: item };
  };

  const send = (command: unknown): Promise<unknown> => {
    if (command instanceof GetItemCommand) return takes(storeMs, () => ({ Item: item }));
    if (command instanceof UpdateItemCommand) return takes(storeMs, () => update(command));
    throw new TypeError('The bench knows GetItem and UpdateItem only.');
  };
  return { send } as unknown as DynamoDBClient;
}
