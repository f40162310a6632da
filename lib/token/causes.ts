import type { GrantDiagnosis } from '../declare/capability.ts';
import type { Subject } from './subject.ts';

/** Why Box refuses, where the setting is, and what to do about it. */
export type Cause = GrantDiagnosis['causes'][number] & {
  /** Left out: possible for both subject types. */
  readonly subject?: Subject['type'];
};

const configuration = 'Developer Console > the app > Configuration';

export const notAuthorized: Cause = {
  cause: 'The app was not authorized in this enterprise, or its settings changed after it was.',
  setting: 'Admin Console > Integrations > Platform Apps Manager',
  nextStep: 'Authorize the app again; every change of scope or access needs it, and a new token.',
};

export const wrongPair: Cause = {
  cause: 'Client id and client secret do not belong together, or the secret was reset.',
  setting: `${configuration} > OAuth 2.0 Credentials`,
  nextStep: 'Copy both again into the secret in Secrets Manager; functions pick the new version up without a deploy.',
};

export const wrongType: Cause = {
  cause: 'The app is not a "Server Authentication (Client Credentials Grant)" app; the type cannot be changed later.',
  setting: `${configuration} > Authentication Method`,
  nextStep: 'Create a new app of that type and put its credentials into the secret.',
};

/** It does not always refuse: to a service account it shows an enterprise without users. */
export const appAccessOnly: Cause = {
  cause: 'The app has "App Access Only", which does not reach managed users or enterprise endpoints.',
  setting: `${configuration} > App Access Level`,
  nextStep: 'Choose "App + Enterprise Access", save, then authorize the app again in the Admin Console.',
};

export const userTokensOff: Cause = {
  cause: '"Generate user access tokens" is off.',
  setting: `${configuration} > Advanced Features`,
  nextStep: 'Turn it on, save, then authorize the app again in the Admin Console.',
  subject: 'user',
};

export const asUserOff: Cause = {
  cause: '"Make API calls using the as-user header" is off, and the call was made with that header.',
  setting: `${configuration} > Advanced Features`,
  nextStep: 'Turn "Make API calls using the as-user header" on, save, then authorize the app again in the Admin Console.',
};

export const wrongEnterprise: Cause = {
  cause: 'The enterprise id is not the one in which the app was authorized.',
  setting: 'Admin Console > Account & Billing > Account Information > Enterprise ID',
  nextStep: 'Correct enterpriseID in the secret.',
  subject: 'enterprise',
};

export const unusableUser: Cause = {
  cause: 'The user is inactive, deleted, or not a managed user of this enterprise.',
  setting: 'Admin Console > Users & Groups',
  nextStep: 'Name an active managed user.',
  subject: 'user',
};

export const scopeMissing: Cause = {
  cause: 'The app lacks the scope that is needed, or its token is older than the scope.',
  setting: `${configuration} > Application Scopes`,
  nextStep: 'Enable the scope, save, authorize the app again in the Admin Console, and let the next token carry it.',
};

/** Lists of users, groups and events are for administrators, whatever the app may do. */
export const notAnAdministrator: Cause = {
  cause: 'The user is no administrator or co-administrator with that right.',
  setting: 'Admin Console > Users & Groups > the user > Admin privileges',
  nextStep: 'Give the user that right, or let the job run as the service account.',
  subject: 'user',
};

export const itemForbidden: Cause = {
  cause: 'The user behind the call sees the item, and may not do that with it.',
  setting: "Box > the item > Sharing, or the role of the user's collaboration",
  nextStep: 'Give the user a role on the item that allows it, or let the job run as its owner.',
};

export const requestAltered: Cause = {
  cause: 'The token request did not arrive as it was sent: another path, or a body that is no form.',
  setting: 'What stands between the function and Box, such as a proxy',
  nextStep: 'Let requests to api.box.com pass as they are.',
};

export const tokenRevoked: Cause = {
  cause: 'The token has expired or was revoked; the call was tried again with new ones, and they were refused as well.',
  setting: 'Admin Console > Integrations > Platform Apps Manager',
  nextStep: 'Check the app there: it may have been disabled, so that a fresh token is refused as well.',
};
