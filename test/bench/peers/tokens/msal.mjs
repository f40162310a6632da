// MSAL Node with a network that is handed to it, so that a token request takes what Box's takes.
import { ConfidentialClientApplication } from '@azure/msal-node';

const host = 'login.microsoftonline.com';
const authority = `https://${host}/11111111-2222-3333-4444-555555555555`;
const aliases = { tenant_discovery_endpoint: authority, metadata: [{ preferred_network: host, preferred_cache: host, aliases: [host] }] };
const endpoints = {
  token_endpoint: `${authority}/oauth2/v2.0/token`,
  authorization_endpoint: `${authority}/oauth2/v2.0/authorize`,
  issuer: `${authority}/v2.0`,
  jwks_uri: `${authority}/discovery/v2.0/keys`,
};

export function msal(requestToken) {
  const body = { token_type: 'Bearer', expires_in: 3_599, ext_expires_in: 3_599, access_token: 'loopback' };
  const networkClient = {
    sendGetRequestAsync: () => Promise.reject(new Error('Nothing is to be discovered.')),
    sendPostRequestAsync: async () => {
      await requestToken();
      return { status: 200, headers: {}, body };
    },
  };
  const application = new ConfidentialClientApplication({
    auth: {
      clientId: 'bench',
      clientSecret: 'loopback',
      authority,
      cloudDiscoveryMetadata: JSON.stringify(aliases),
      authorityMetadata: JSON.stringify(endpoints),
    },
    system: { networkClient },
  });
  return () => application.acquireTokenByClientCredential({ scopes: ['https://example.com/.default'] });
}
