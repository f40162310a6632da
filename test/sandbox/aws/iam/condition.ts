import { wildcard } from './wildcard.ts';

/** Keys that a request may carry; compared without case, as IAM does. */
export type RequestContext = Readonly<Record<string, string | readonly string[]>>;

/** `unknown` names what the sandbox cannot judge; it refuses then. */
export type Judgement = { readonly holds: boolean } | { readonly unknown: string };

type Comparison = (actual: string, expected: string) => boolean;

const comparisons: Readonly<Record<string, Comparison>> = {
  StringEquals: (actual, expected) => actual === expected,
  StringEqualsIgnoreCase: (actual, expected) => actual.toLowerCase() === expected.toLowerCase(),
  StringLike: (actual, expected) => wildcard(expected).test(actual),
  ArnEquals: arnLike,
  ArnLike: arnLike,
  Bool: (actual, expected) => actual.toLowerCase() === expected.toLowerCase(),
  ...ordered('Numeric', Number),
  ...ordered('Date', instant),
};

const negations: Readonly<Record<string, string>> = {
  StringNotEquals: 'StringEquals',
  StringNotEqualsIgnoreCase: 'StringEqualsIgnoreCase',
  StringNotLike: 'StringLike',
  ArnNotEquals: 'ArnEquals',
  ArnNotLike: 'ArnLike',
  NumericNotEquals: 'NumericEquals',
  DateNotEquals: 'DateEquals',
};

/** Keys whose absence from a request means that they are absent on AWS too. Any other key that the request lacks is one that the sandbox cannot know. */
const knowable = new RegExp(
  `^(${[
    'aws:(SourceArn|SourceAccount|PrincipalArn|PrincipalAccount|PrincipalType|SecureTransport|RequestedRegion|ViaAWSService)',
    'aws:(PrincipalIsAWSService|CurrentTime|EpochTime)',
    'lambda:(FunctionUrlAuthType|InvokedViaFunctionUrl)',
    'kms:(ViaService|CallerAccount|EncryptionContextKeys|EncryptionContext:.+)',
    's3:(prefix|delimiter|max-keys|if-match|if-none-match|x-amz-server-side-encryption|x-amz-server-side-encryption-aws-kms-key-id)',
    'secretsmanager:(SecretId|VersionId|VersionStage)',
  ].join('|')})$`,
  'i',
);

/** @throws Error naming `where` for what IAM takes for no condition, and for operators that the sandbox does not know */
export function checkConditions(condition: unknown, where: string): void {
  const groups = entriesOf(condition ?? {});
  if (groups === undefined) throw new Error(`${where}: a policy statement's Condition must be an object.`);
  for (const [operator, keys] of groups) {
    if (operator !== 'Null' && readOperator(operator).compare === undefined) {
      throw new Error(`${where}: the sandbox does not know the condition operator ${operator}.`);
    }
    const pairs = entriesOf(keys) ?? [];
    if (pairs.length === 0) throw new Error(`${where}: the condition operator ${operator} needs a key with its values.`);
    const odd = pairs.find(([, values]) => ![values].flat().every(isScalar) || [values].flat().length === 0);
    if (odd) throw new Error(`${where}: the condition key ${odd[0]} needs a text, a number, true or false, or a list of such.`);
  }
}

/** Every operator and key must hold; several values of one key are alternatives (for a negated operator: none may match). */
export function judgeConditions(conditions: Readonly<Record<string, unknown>>, context: RequestContext): Judgement {
  const actual = new Map(Object.entries(context).map(([key, value]) => [key.toLowerCase(), [value].flat()]));
  for (const [operator, keys] of Object.entries(conditions)) {
    for (const [key, values] of Object.entries(keys as Record<string, unknown>)) {
      const judgement = judge(operator, key, [values].flat().map(String), actual.get(key.toLowerCase()));
      if ('unknown' in judgement || !judgement.holds) return judgement;
    }
  }
  return { holds: true };
}

function judge(written: string, key: string, expected: readonly string[], actual: readonly string[] | undefined): Judgement {
  if (actual === undefined && !knowable.test(key)) return { unknown: `the condition key ${key}` };
  if (written === 'Null') return { holds: expected.includes(String(actual === undefined)) };
  const { quantifier, negated, compare, ifExists } = readOperator(written);
  if (compare === undefined) return { unknown: `the condition operator ${written}` };
  if (quantifier === undefined && actual !== undefined && actual.length !== 1)
    return { unknown: `several values of ${key} under ${written}` };
  if (actual === undefined && ifExists !== undefined) return { holds: true };
  // AWS doc: ForAllValues holds when there is no value, ForAnyValue does not, and a negated operator holds when its key is missing.
  if (actual === undefined || actual.length === 0)
    return { holds: quantifier === 'ForAllValues' || (quantifier === undefined && negated !== undefined) };
  const holds = (value: string) => expected.some((each) => compare(value, each)) === (negated === undefined);
  return { holds: quantifier === 'ForAnyValue' ? actual.some(holds) : actual.every(holds) };
}

/** `compare` is undefined for an operator that the sandbox does not know. */
function readOperator(written: string) {
  const [, quantifier, named = '', ifExists] = /^(?:(ForAnyValue|ForAllValues):)?(.+?)(IfExists)?$/.exec(written) ?? [];
  const negated = own(negations, named);
  return { quantifier, negated, compare: own(comparisons, negated ?? named), ifExists };
}

function own<T>(record: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}

function entriesOf(value: unknown): readonly [string, unknown][] | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.entries(value) : undefined;
}

function isScalar(value: unknown): boolean {
  return ['string', 'number', 'boolean'].includes(typeof value);
}

/** `NumericEquals`, `NumericLessThan` and so on; what is no number (or date) compares as false. */
function ordered(prefix: string, read: (text: string) => number): Record<string, Comparison> {
  return {
    [`${prefix}Equals`]: (actual, expected) => read(actual) === read(expected),
    [`${prefix}LessThan`]: (actual, expected) => read(actual) < read(expected),
    [`${prefix}LessThanEquals`]: (actual, expected) => read(actual) <= read(expected),
    [`${prefix}GreaterThan`]: (actual, expected) => read(actual) > read(expected),
    [`${prefix}GreaterThanEquals`]: (actual, expected) => read(actual) >= read(expected),
  };
}

/** ISO 8601, or seconds since 1970. */
function instant(text: string): number {
  return /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text);
}

/** ARNs compare part by part, so that a `*` does not reach over a colon but in the last part. */
function arnLike(actual: string, expected: string): boolean {
  const parts = (arn: string) => {
    const split = arn.split(':');
    return [...split.slice(0, 5), split.slice(5).join(':')];
  };
  const actualParts = parts(actual);
  return parts(expected).every((pattern, index) => wildcard(pattern).test(actualParts[index] ?? ''));
}
