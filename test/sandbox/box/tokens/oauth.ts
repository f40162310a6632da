import type { BoxWorld, Call } from '../call.ts';
import type { Answer } from '../http/answer.ts';
import type { OpenRoute } from '../http/router.ts';
import { decideGrant } from './grant.ts';
import { grantErrors } from './grant-error.ts';
import { exchange, tokenExchange } from './token-exchange.ts';

/** Box's OAuth 2.0 endpoints. They take forms only; a JSON body reads as one without a grant type. */
export const oauthRoutes: readonly OpenRoute[] = [
  { method: 'POST', path: '/oauth2/token', open: mint },
  { method: 'POST', path: '/oauth2/token/', open: () => grantErrors.request },
  { method: 'POST', path: '/oauth2/revoke', open: revoke },
];

function mint(world: BoxWorld, call: Call): Answer {
  const form = formOf(call);
  if (form.get('grant_type') === tokenExchange) return exchange(world, call, form);
  const decision = decideGrant(form, world.app, world.enterprise);
  if (!('subject' in decision)) return decision;
  const expiresIn = world.expiresIn();
  const { accessToken, fingerprint } = world.tokens.mint(decision.subject.id, world.app.settings, expiresIn);
  call.subject = decision.subject.id;
  call.tokenFingerprint = fingerprint;
  return {
    status: 200,
    body: {
      access_token: accessToken,
      expires_in: expiresIn,
      restricted_to: [],
      token_type: 'bearer',
    },
  };
}

function revoke(world: BoxWorld, call: Call): Answer {
  const form = formOf(call);
  const known = form.get('client_id') === world.app.clientId && form.get('client_secret') === world.app.clientSecret;
  if (!known) return grantErrors.clientCredentials;
  world.tokens.revoke(form.get('token') ?? '');
  return { status: 200 };
}

function formOf(call: Call): URLSearchParams {
  const isForm = /^application\/x-www-form-urlencoded\b/i.test(call.headers['content-type'] ?? '');
  return new URLSearchParams(isForm ? call.body : '');
}
