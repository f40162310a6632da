import { describe, expect, it } from 'vitest';
import { BoxRequestFailed } from '../../../lib/box/box-error.ts';
import * as causes from '../../../lib/token/causes.ts';
import { causesOfCall, diagnose, refusals } from '../../../lib/token/diagnosis.ts';
import type { Subject } from '../../../lib/token/subject.ts';

const enterprise: Subject = { type: 'enterprise' };
const user: Subject = { type: 'user', id: '11000001' };
const { appAccessOnly, notAuthorized, requestAltered, scopeMissing, unusableUser, userTokensOff, wrongEnterprise, wrongPair, wrongType } =
  causes;

/** In Box's own words, as its documentation, its support and its users quote them. */
const said: readonly (readonly [string, string, Subject, readonly causes.Cause[]])[] = [
  ['invalid_client', 'The client credentials are invalid', enterprise, [wrongPair, wrongType]],
  ['invalid_client', 'The client credentials are not valid', user, [wrongPair, wrongType]],
  ['invalid_grant', 'Grant credentials are invalid', enterprise, [wrongEnterprise, notAuthorized, wrongPair]],
  ['invalid_grant', 'Grant credentials are invalid', user, [appAccessOnly, userTokensOff, notAuthorized, unusableUser, wrongPair]],
  ['unauthorized_client', 'This app is not authorized by the enterprise admin', enterprise, [notAuthorized, wrongEnterprise]],
  ['unauthorized_client', 'This app is not authorized by the enterprise', user, [notAuthorized]],
  [
    'unauthorized_client',
    'The "box_subject_type" value is unauthorized for this client_id',
    user,
    [appAccessOnly, wrongType, userTokensOff, notAuthorized],
  ],
  ['unauthorized_client', 'The grant type is unauthorized for this client_id', enterprise, [wrongType]],
  ['invalid_request', 'The grant type is unauthorized for this client_id', enterprise, [wrongType]],
  [
    'invalid_request',
    'Cannot obtain user token based on the enterprise configuration for your app.',
    user,
    [userTokensOff, appAccessOnly, notAuthorized],
  ],
  ['invalid_request', 'Invalid grant_type parameter or parameter missing', enterprise, [requestAltered]],
  ['insufficient_scope', 'Insufficient permissions for the requested scope.', enterprise, [scopeMissing]],
  ['invalid_grant', "Current date/time MUST be before the expiration date/time listed in the 'exp' claim", enterprise, [wrongType]],
  ['something_new', 'that nobody has seen yet', enterprise, [wrongPair, notAuthorized]],
];

describe('a refused token', () => {
  it.each(said)('is explained: %s, %s, %j', (error, description, subject, expected) => {
    const found = diagnose(error, description, subject).causes;
    expect(found).toEqual(expected.map(({ cause, setting, nextStep }) => ({ cause, setting, nextStep })));
  });

  it('has a row in the table for each of these, and no row is never reached', () => {
    const rows = refusals.filter(({ status }) => status === undefined);
    const reached = rows.filter((row) =>
      said.some(([error, description]) => row.errors.includes(error) && (row.description?.test(description) ?? true)),
    );
    expect(reached).toEqual(rows);
  });
});

describe('a refused call', () => {
  it.each([
    [401, causes.tokenRevoked],
    [403, scopeMissing],
  ])('with status %i is explained by the same table, in the error that a job sees', (status, likely) => {
    expect(causesOfCall({ status })[0]).toBe(likely);
    expect(new BoxRequestFailed({ method: 'GET', path: '/2.0/users', status }).message).toContain(`${likely.nextStep.slice(0, -1)}: `);
  });

  it('that was no refusal has no such causes', () => {
    expect(causesOfCall({ status: 404 })).toEqual([]);
  });
});

it('every cause is in the table', () => {
  const listed = new Set(refusals.flatMap((refusal) => refusal.causes));
  expect(Object.values(causes).filter((cause) => !listed.has(cause))).toEqual([]);
});
