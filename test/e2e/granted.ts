import { expect } from 'vitest';
import type { Sandbox } from '../sandbox/sandbox.ts';

/** Why nights without a use of it do not make a grant superfluous. */
export interface Reason {
  readonly role: RegExp;
  readonly action: RegExp;
  /** Of the grant's resource; any if left out. */
  readonly resource?: RegExp;
  readonly because: string;
}

/** What goes for every stage. */
export const everywhere: readonly Reason[] = [
  {
    role: /./,
    action: /^kms:(DescribeKey|Encrypt|GenerateDataKey|ReEncryptFrom|ReEncryptTo)$/,
    because:
      'AWS documents them for whoever uses a table with a key of one’s own; the sandbox asks for kms:Decrypt, which reads and writes need',
  },
];

/**
 * Every grant was needed or has its reason, and every reason is one for some grant.
 * @param roles by their names, where not all are meant
 */
export function expectNeeded({ aws }: Pick<Sandbox, 'aws'>, reasons: readonly Reason[], roles = /./): void {
  const unused = aws.unusedGrants().filter(({ role }) => roles.test(role));
  const explains = ({ role, action, resource = /./ }: Reason) =>
    unused.filter((grant) => role.test(grant.role) && action.test(grant.action) && resource.test(grant.resource));
  expect(unused.filter((grant) => !reasons.some((reason) => explains(reason).includes(grant)))).toEqual([]);
  expect(reasons.filter((reason) => explains(reason).length === 0)).toEqual([]);
}
