import type { Replacement } from './replacement.ts';

/**
 * What the layer leaves out of box-node-sdk. Managers, types and serialization stay as Box wrote them; authentication, retries and the
 * network client are replaced through the SDK's own ports, so what only those used would be loaded for nothing.
 */
export const boxSdkReplacements: readonly Replacement[] = [
  {
    reason:
      'Every request goes through our own network client. A session that was built without it must fail, not send requests without deadlines.',
    file: 'box-node-sdk/lib-esm/networking/boxNetworkClient.js',
    sha256: '0b039c86e8e0',
    contents: `
      export class BoxNetworkClient {
        async fetch() { throw new Error('Give the NetworkSession a networkClient: the one of box-node-sdk is not part of the layer.'); }
      }`,
  },
  {
    reason: 'Used by the replaced network client only.',
    module: 'node-fetch',
    contents: `export default () => { throw new Error('node-fetch is not part of the layer.'); };`,
  },
  {
    reason: 'Used by the replaced network client only.',
    module: 'form-data',
    contents: `export default class FormData { constructor() { throw new Error('form-data is not part of the layer.'); } }`,
  },
  {
    reason: 'Each NetworkSession builds an agent in a field initialiser, which our network client never looks at: 150 us and 15 packages.',
    module: 'proxy-agent',
    contents: `export class ProxyAgent {}`,
  },
  {
    reason: 'Signs JWT assertions, which only the JWT grant needs.',
    module: 'jose',
    contents: `
      const refuse = () => { throw new Error('The JWT grant is not part of the layer: Nightporter uses the Client Credentials Grant.'); };
      export class SignJWT { constructor() { refuse(); } }
      export const importPKCS8 = refuse;`,
  },
  {
    reason: 'Node makes version 4 UUIDs by itself.',
    module: 'uuid',
    contents: `export const v4 = () => process.getBuiltinModule('node:crypto').randomUUID();`,
  },
];
