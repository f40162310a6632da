import fc from 'fast-check';
import { expect, test } from 'vitest';
import { judgeConditions, type RequestContext } from './condition.ts';

const role = 'arn:aws:iam::000000000000:role/nightporter/sandbox/default/storage-report';
const context: RequestContext = {
  'aws:PrincipalArn': role,
  'aws:SecureTransport': 'true',
  'aws:CurrentTime': '2026-11-22T02:00:00Z',
  'aws:EpochTime': '1795312800',
  's3:max-keys': '10',
  'kms:EncryptionContextKeys': ['table', 'key'],
};

test.each<[string, string, unknown, boolean]>([
  ['StringEquals', 'aws:PrincipalArn', role, true],
  ['StringEquals', 'AWS:principalarn', [`${role}x`, role], true],
  ['StringEquals', 'aws:PrincipalArn', role.toUpperCase(), false],
  ['StringEqualsIgnoreCase', 'aws:PrincipalArn', role.toUpperCase(), true],
  ['StringNotEquals', 'aws:PrincipalArn', [role, 'other'], false],
  ['StringNotEquals', 'aws:SourceArn', 'other', true],
  ['StringLike', 'aws:PrincipalArn', '*/storage-repor?', true],
  ['StringNotLike', 'aws:PrincipalArn', '*/storage-*', false],
  ['ArnLike', 'aws:PrincipalArn', 'arn:aws:iam::*:role/nightporter/*', true],
  ['ArnLike', 'aws:PrincipalArn', 'arn:*:role/nightporter/*', false],
  ['ArnNotLike', 'aws:PrincipalArn', 'arn:aws:iam::*:role/nightporter/*', false],
  ['ArnNotEquals', 'aws:SourceArn', role, true],
  ['Bool', 'aws:SecureTransport', 'true', true],
  ['Bool', 'aws:SecureTransport', 'false', false],
  ['Null', 'aws:SourceArn', 'true', true],
  ['Null', 'aws:PrincipalArn', 'true', false],
  ['NumericLessThan', 's3:max-keys', '11', true],
  ['NumericGreaterThanEquals', 's3:max-keys', '11', false],
  ['NumericNotEquals', 's3:max-keys', '10', false],
  ['DateLessThan', 'aws:CurrentTime', '2026-11-22T03:00:00Z', true],
  ['DateGreaterThan', 'aws:EpochTime', '2026-11-22T03:00:00Z', false],
  ['StringEqualsIfExists', 'aws:SourceArn', 'other', true],
  ['StringEquals', 'aws:SourceArn', 'other', false],
  ['ForAllValues:StringEquals', 'kms:EncryptionContextKeys', ['table', 'key', 'more'], true],
  ['ForAllValues:StringEquals', 'kms:EncryptionContextKeys', ['table'], false],
  ['ForAllValues:StringEquals', 'aws:SourceArn', ['any'], true],
  ['ForAnyValue:StringLike', 'kms:EncryptionContextKeys', ['k*'], true],
  ['ForAnyValue:StringEquals', 'kms:EncryptionContextKeys', ['other'], false],
  ['ForAnyValue:StringEquals', 'aws:SourceArn', ['any'], false],
])('%s on %s with %j: %s', (operator, key, expected, holds) => {
  expect(judgeConditions({ [operator]: { [key]: expected } }, context)).toEqual({ holds });
});

test.each([
  ['IpAddress', 'aws:PrincipalArn', 'the condition operator IpAddress'],
  ['BinaryEquals', 'aws:PrincipalArn', 'the condition operator BinaryEquals'],
  ['StringEquals', 'aws:SourceVpc', 'the condition key aws:SourceVpc'],
  ['StringEquals', 'kms:EncryptionContextKeys', 'several values of kms:EncryptionContextKeys under StringEquals'],
])('%s on %s cannot be judged, which is never an allow', (operator, key, unknown) => {
  expect(judgeConditions({ [operator]: { [key]: 'x' } }, context)).toEqual({ unknown });
});

test('a negated operator is the opposite of its own, whatever the values', () => {
  const pairs = ['StringEquals', 'StringLike', 'ArnLike'].map((name) => [name, name.replace(/^(String|Arn)/, '$1Not')] as const);
  fc.assert(
    fc.property(fc.constantFrom(...pairs), fc.string(), fc.array(fc.string(), { minLength: 1 }), ([plain, negated], actual, expected) => {
      const judge = (operator: string) => judgeConditions({ [operator]: { 'aws:PrincipalArn': expected } }, { 'aws:PrincipalArn': actual });
      expect(judge(plain)).not.toEqual(judge(negated));
    }),
  );
});
