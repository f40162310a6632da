import { wildcard } from './wildcard.ts';

/** Keys that a request may carry; compared without case, as IAM does. */
export type RequestContext = Readonly<Record<string, string>>;

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
};

const negations: Readonly<Record<string, string>> = {
  StringNotEquals: 'StringEquals',
  StringNotEqualsIgnoreCase: 'StringEqualsIgnoreCase',
  StringNotLike: 'StringLike',
  ArnNotEquals: 'ArnEquals',
  ArnNotLike: 'ArnLike',
};

/** Keys whose absence from a request means that they are absent on AWS too. Any other key that the request lacks is one that the sandbox cannot know. */
const knowable =
  /^(aws:(SourceArn|SourceAccount|PrincipalArn|PrincipalAccount|SecureTransport|RequestedRegion|ViaAWSService|PrincipalIsAWSService)|kms:(ViaService|CallerAccount|EncryptionContext:.+))$/i;

/** Every operator and key must hold; several values of one key are alternatives (for a negated operator: none may match). */
export function judgeConditions(conditions: Readonly<Record<string, unknown>>, context: RequestContext): Judgement {
  const actual = new Map(Object.entries(context).map(([key, value]) => [key.toLowerCase(), value]));
  for (const [operator, keys] of Object.entries(conditions)) {
    for (const [key, values] of Object.entries((keys ?? {}) as Record<string, unknown>)) {
      const judgement = judge(operator, key, [values].flat().map(String), actual.get(key.toLowerCase()));
      if ('unknown' in judgement || !judgement.holds) return judgement;
    }
  }
  return { holds: true };
}

function judge(written: string, key: string, expected: readonly string[], actual: string | undefined): Judgement {
  if (actual === undefined && !knowable.test(key)) return { unknown: `the condition key ${key}` };
  if (written === 'Null') return { holds: expected.includes(String(actual === undefined)) };
  const ifExists = written.endsWith('IfExists');
  const operator = ifExists ? written.slice(0, -'IfExists'.length) : written;
  const negated = negations[operator];
  const compare = comparisons[negated ?? operator];
  if (compare === undefined) return { unknown: `the condition operator ${written}` };
  if (actual === undefined) return { holds: ifExists || negated !== undefined };
  const matches = expected.some((value) => compare(actual, value));
  return { holds: negated === undefined ? matches : !matches };
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
