import type { Authentication } from 'box-node-sdk/networking/auth';
import type { AccessToken as SdkAccessToken } from 'box-node-sdk/schemas/accessToken';
import { NightporterError } from '../errors.ts';
import type { AccessToken } from '../token/access-token.ts';
import type { Subject } from '../token/subject.ts';
import type { TokenOptions, TokenSource } from '../token/token-source.ts';

/** What our network client needs to know of a token, beyond the SDK's port: which one was sent, so that a 401 renews that one once for all. */
export interface TokenAuthentication extends Authentication {
  token(): Promise<AccessToken>;
  renew(rejected: AccessToken): Promise<AccessToken>;
}

export function isTokenAuthentication(authentication: Authentication): authentication is TokenAuthentication {
  return 'renew' in authentication;
}

/** The SDK's `Authentication` port over our token source, for one subject and one invocation. */
export function authenticationFor(source: TokenSource, subject: Subject, options: TokenOptions): TokenAuthentication {
  const token = async (): Promise<AccessToken> => source.held(subject) ?? source.get(subject, options);
  const forSdk = async (pending: Promise<AccessToken>): Promise<SdkAccessToken> => {
    const { authorization } = await pending;
    return { accessToken: authorization.slice('Bearer '.length), tokenType: 'bearer' };
  };
  return {
    token,
    renew: (rejected) => source.renew(subject, rejected, options),
    retrieveToken: () => forSdk(token()),
    refreshToken: async () => forSdk(source.renew(subject, await token(), options)),
    retrieveAuthorizationHeader: async () => (await token()).authorization,
    // Box deletes the webhooks of a token that is revoked, and other containers may hold the same one: tokens are left to expire.
    revokeToken: () => refuse('Revoke tokens in the Admin Console: here they are left to expire.'),
    downscopeToken: () => refuse('Call Box through the managers that the job declares: downscoped tokens are not offered.'),
  };
}

function refuse(sentence: string): Promise<never> {
  return Promise.reject(new NightporterError('BOX_REQUEST_INVALID', sentence));
}
