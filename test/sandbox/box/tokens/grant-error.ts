import type { Answer } from '../http/answer.ts';

const refusal = (error: string, error_description: string, status = 400): Answer => ({
  status,
  body: { error, error_description },
});

/** The bodies with which Box's token endpoint refuses, word for word as Box's guides and support posts show them. */
export const grantErrors = {
  clientCredentials: refusal('invalid_client', 'The client credentials are invalid'),
  grantCredentials: refusal('invalid_grant', 'Grant credentials are invalid'),
  notAuthorized: refusal('unauthorized_client', 'This app is not authorized by the enterprise admin'),
  subjectType: refusal('unauthorized_client', 'The "box_subject_type" value is unauthorized for this client_id'),
  grantType: refusal('unauthorized_client', 'The grant type is unauthorized for this client_id'),
  request: refusal('invalid_request', 'Invalid grant_type parameter or parameter missing'),
  subjectToken: refusal('invalid_grant', 'Invalid subject token'),
  resource: refusal('invalid_resource', 'The resource is not valid or not visible to the subject'),
  exchangedScope: refusal('invalid_scope', 'The scope is unknown, or more than the subject token has', 401),
  scope: refusal('insufficient_scope', 'Insufficient permissions for the requested scope.'),
} as const satisfies Readonly<Record<string, Answer>>;
