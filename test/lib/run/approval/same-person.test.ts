import { describe, expect, it } from 'vitest';
import { isSamePerson } from '../../../../lib/run/approval/same-person.ts';

const role = (name: string, session: string) => `arn:aws:sts::111122223333:assumed-role/${name}/${session}`;
const user = (name: string) => `arn:aws:iam::111122223333:user/${name}`;

describe('whoever started a run', () => {
  it.each([
    ['the same session', role('Operator', 'ada'), role('Operator', 'ada')],
    ['the same role by another session name, which anybody can choose', role('Operator', 'ada'), role('Operator', 'grace')],
    [
      'the same person in another role, as people of an identity provider come',
      role('Operator', 'ada@example.com'),
      role('Approver', 'ada@example.com'),
    ],
    ['the same user', user('ada'), user('ada')],
    ['a user who takes a role on under the same name', user('people/ada'), role('Approver', 'ada')],
    ['somebody whom IAM does not name', 'unknown', role('Approver', 'ada')],
    ['somebody who approves without a name', role('Operator', 'ada'), ''],
  ])('is %s', (_, one, other) => {
    expect(isSamePerson(one, other)).toBe(true);
    expect(isSamePerson(other, one)).toBe(true);
  });

  it.each([
    ['another role under another name', role('Operator', 'ada'), role('Approver', 'grace')],
    ['another user', user('ada'), user('grace')],
    ['anybody, where the schedule started it', 'scheduler', role('Approver', 'ada')],
    ['a role that is called as a user is', user('Approver'), role('Approver', 'grace')],
  ])('is not %s', (_, one, other) => {
    expect(isSamePerson(one, other)).toBe(false);
    expect(isSamePerson(other, one)).toBe(false);
  });
});
