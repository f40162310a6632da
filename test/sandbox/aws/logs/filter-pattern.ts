import { AwsError } from '../http/aws-error.ts';
import { wildcard } from '../iam/wildcard.ts';

type Test = (message: string) => boolean;

/**
 * AWS doc: "Filter pattern syntax for metric filters, subscription filters, filter log events". Terms (`word`, `"a phrase"`, `?either`, `-not`)
 * and comparisons of JSON fields (`{ $.a.b = "x" && $.n > 3 }`, without brackets).
 * @throws AwsError `InvalidParameterException` for any other pattern
 */
export function filterPattern(pattern: string): Test {
  const text = pattern.trim();
  if (text.startsWith('{') && text.endsWith('}')) return ofFields(text.slice(1, -1));
  if (text.startsWith('[') || text.startsWith('%') || text.startsWith('{')) throw unknown(pattern);
  const terms = [...text.matchAll(/([?-]?)(?:"((?:[^"\\]|\\.)*)"|(\S+))/g)].map(([, sign = '', phrase, word = '']) => ({
    sign,
    text: phrase?.replaceAll('\\"', '"') ?? word,
  }));
  const either = terms.filter(({ sign }) => sign === '?');
  const rest = terms.filter(({ sign }) => sign !== '?');
  return (message) =>
    rest.every(({ sign, text: term }) => message.includes(term) === (sign === '')) &&
    (either.length === 0 || either.some(({ text: term }) => message.includes(term)));
}

function ofFields(body: string): Test {
  if (/[()]/.test(body)) throw unknown(body);
  const alternatives = body.split('||').map((each) => each.split('&&').map(comparison));
  return (message) => {
    const json = parsed(message);
    return json !== undefined && alternatives.some((all) => all.every((holds) => holds(json)));
  };
}

function comparison(text: string): (json: unknown) => boolean {
  const [, path = '', operator = '', quoted, bare = ''] =
    /^\s*\$\.([\w.]+)\s*(=|!=|<=|>=|<|>)\s*(?:"([^"]*)"|([^\s"]+))\s*$/.exec(text) ?? [];
  if (path === '') throw unknown(text);
  const expected = quoted ?? bare;
  return (json) => {
    const actual = path.split('.').reduce<unknown>((value, name) => (value as Record<string, unknown> | undefined | null)?.[name], json);
    if (actual === undefined || actual === null) return operator === '!=';
    if (operator === '=' || operator === '!=') return wildcard(expected).test(String(actual)) === (operator === '=');
    const difference = Number(actual) - Number(expected);
    return operator === '<' ? difference < 0 : operator === '>' ? difference > 0 : operator === '<=' ? difference <= 0 : difference >= 0;
  };
}

function parsed(message: string): unknown {
  try {
    return JSON.parse(message);
  } catch {
    return undefined;
  }
}

function unknown(pattern: string): AwsError {
  return new AwsError('InvalidParameterException', `Invalid filter pattern: the sandbox does not know ${pattern.trim()}`);
}
