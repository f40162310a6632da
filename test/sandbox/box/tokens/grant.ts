import type { Enterprise } from '../enterprise/enterprise.ts';
import type { UserRecord } from '../enterprise/user-record.ts';
import type { Answer } from '../http/answer.ts';
import { reaches } from '../people/app-user.ts';
import type { BoxApp } from './app-settings.ts';
import { grantErrors } from './grant-error.ts';

/** Grants that Box has but that an app with client credentials may not use. */
const otherGrants: ReadonlySet<string> = new Set(['authorization_code', 'refresh_token', 'urn:ietf:params:oauth:grant-type:jwt-bearer']);

/** Whom the token will act as. */
export interface Granted {
  readonly subject: UserRecord;
}

/** Whom the token request may act as, or Box's refusal. The first thing wrong decides. */
export function decideGrant(form: URLSearchParams, app: BoxApp, enterprise: Enterprise): Granted | Answer {
  return refuseGrantType(form) ?? refuseClient(form, app) ?? refuseScope(form, app) ?? subjectOf(form, app, enterprise);
}

function refuseGrantType(form: URLSearchParams): Answer | undefined {
  const grantType = form.get('grant_type') ?? '';
  if (otherGrants.has(grantType)) return grantErrors.grantType;
  return grantType === 'client_credentials' ? undefined : grantErrors.request;
}

function refuseClient(form: URLSearchParams, app: BoxApp): Answer | undefined {
  if (form.get('client_id') !== app.clientId || form.get('client_secret') !== app.clientSecret) {
    return app.settings.deadPair === 'invalid_grant' ? grantErrors.grantCredentials : grantErrors.clientCredentials;
  }
  // Misleading, and so in Box: a request without a subject reads as if the app were not allowed to have one.
  const subjectType = form.get('box_subject_type');
  const understood = (subjectType === 'enterprise' || subjectType === 'user') && Boolean(form.get('box_subject_id'));
  return app.settings.authMethod === 'oauth2' || !understood ? grantErrors.subjectType : undefined;
}

function refuseScope(form: URLSearchParams, app: BoxApp): Answer | undefined {
  const asked = form.get('scope')?.split(' ').filter(Boolean) ?? [];
  const had: ReadonlySet<string> = new Set(app.settings.scopes);
  return asked.every((scope) => had.has(scope)) ? undefined : grantErrors.scope;
}

function subjectOf(form: URLSearchParams, app: BoxApp, enterprise: Enterprise): Granted | Answer {
  const { authorized, access, userTokens } = app.settings;
  if (!authorized) return grantErrors.notAuthorized;
  const subjectId = form.get('box_subject_id') ?? '';
  if (form.get('box_subject_type') === 'enterprise') {
    return subjectId === app.enterpriseId ? { subject: enterprise.serviceAccount } : grantErrors.grantCredentials;
  }
  const user = enterprise.user(subjectId);
  // One description for every cause: Box does not tell them apart either.
  const usable = user !== undefined && user.index >= 0 && user.status !== 'inactive' && reaches(access, user) && userTokens;
  return usable ? { subject: user } : grantErrors.grantCredentials;
}
