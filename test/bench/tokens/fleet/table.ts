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

  const isFree = (isLease: boolean, values: Item): boolean =>
    isLease
      ? !(number(item?.leaseUntil) >= number(values[':now'])) && !(number(item?.tokenExpiresAt) >= number(values[':worth']))
      : number(item?.fence) === number(values[':fence']);

  const update = ({ input }: UpdateItemCommand) => {
    const { UpdateExpression = '', ExpressionAttributeValues: values = {} } = input;
    const clause = (verb: string): readonly string[] =>
      new RegExp(`${verb} (.*?)(?= SET | REMOVE | ADD |$)`).exec(UpdateExpression)?.[1]?.split(', ') ?? [];
    const added = clause('ADD').map((addition) => addition.split(' '));
    if (!isFree(added.length > 0, values)) throw new ConditionalCheckFailedException({ message: '', $metadata: {} });
    const next = new Map(Object.entries(item ?? {}));
    const value = (placeholder = ''): AttributeValue => values[placeholder] ?? { NULL: true };
    for (const [name = '', placeholder] of clause('SET').map((assignment) => assignment.split(' = '))) next.set(name, value(placeholder));
    for (const name of clause('REMOVE')) next.delete(name);
    for (const [name = '', placeholder] of added) next.set(name, { N: String((number(next.get(name)) || 0) + number(value(placeholder))) });
    item = Object.fromEntries(next);
    return { Attributes: item };
  };

  const send = (command: unknown): Promise<unknown> => {
    if (command instanceof GetItemCommand) return takes(storeMs, () => ({ Item: item }));
    if (command instanceof UpdateItemCommand) return takes(storeMs, () => update(command));
    throw new TypeError('The bench knows GetItem and UpdateItem only.');
  };
  return { send } as unknown as DynamoDBClient;
}
