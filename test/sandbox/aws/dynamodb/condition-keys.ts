import type { RequestContext } from '../iam/condition.ts';

type Input = Readonly<Record<string, unknown>>;

const ofOneItem = new Set(['GetItem', 'PutItem', 'UpdateItem', 'DeleteItem']);

/**
 * What a policy may ask of a request besides its table: which items of a table it reads or writes, and what of them.
 * AWS doc: "Using IAM policy conditions for fine-grained access control".
 * @param leadingName of the table's partition key
 */
export function conditionKeys(operation: string, input: Input, leadingName: string): RequestContext {
  if (ofOneItem.has(operation))
    return { 'dynamodb:LeadingKeys': valuesOf(((input.Key ?? input.Item) as Input | undefined)?.[leadingName]) };
  // An index has a leading key of its own.
  if (operation === 'Query' && input.IndexName === undefined) return { 'dynamodb:LeadingKeys': valuesOf(queried(input, leadingName)) };
  if (operation !== 'Scan') return {};
  const names = textOf(input.ProjectionExpression)
    .split(',')
    .map((name) => named(name.trim(), input))
    .filter((name) => name !== '');
  const select = names.length > 0 ? 'SPECIFIC_ATTRIBUTES' : 'ALL_ATTRIBUTES';
  return { 'dynamodb:Attributes': names, 'dynamodb:Select': textOf(input.Select) || select };
}

/** `pk = :job`, wherever it stands in the key's condition. */
function queried(input: Input, leadingName: string): unknown {
  const equalities = textOf(input.KeyConditionExpression).matchAll(/(#?\w+)\s*=\s*(:\w+)/g);
  const found = [...equalities].find(([, name = '']) => named(name, input) === leadingName);
  return (input.ExpressionAttributeValues as Input | undefined)?.[found?.[2] ?? ''];
}

function named(name: string, { ExpressionAttributeNames }: Input): string {
  return (ExpressionAttributeNames as Readonly<Record<string, string>> | undefined)?.[name] ?? name;
}

function valuesOf(attribute: unknown): readonly string[] {
  return Object.values((attribute ?? {}) as Readonly<Record<string, string>>);
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
