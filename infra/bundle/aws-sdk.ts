import type { Replacement } from './replacement.ts';

/**
 * What the layer leaves out of the AWS SDK: what looks for configuration where a Lambda function has none, and transports that are not
 * ours. Clients, commands, endpoints, signing and retries stay as AWS wrote them. Measured, this takes a third of the SDK's share off a
 * cold start.
 */
export const awsSdkReplacements: readonly Replacement[] = [
  {
    reason:
      'Lambda hands credentials to a function in three variables; profiles, SSO, web identity and instance metadata never apply there.',
    module: '@aws-sdk/credential-provider-node',
    contents: `
      export const defaultProvider = () => async () => {
        const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey, AWS_SESSION_TOKEN: sessionToken } = process.env;
        if (accessKeyId && secretAccessKey) return { accessKeyId, secretAccessKey, sessionToken };
        const error = new Error('Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY: the layer takes credentials from the environment only.');
        throw Object.assign(error, { name: 'CredentialsProviderError' });
      };`,
  },
  {
    reason: 'Every setting of a client would look for ~/.aws/config and parse it; a function is configured by variables.',
    file: '@smithy/core/dist-es/submodules/config/node-config-provider/configLoader.js',
    sha256: '52d078dae8ac',
    contents: `
      import { memoize } from '../property-provider/memoize';
      export const loadConfig = ({ environmentVariableSelector, default: value }, { signingName, logger } = {}) =>
        memoize(async () => environmentVariableSelector(process.env, { signingName, logger }) ?? (typeof value === 'function' ? value() : value));`,
  },
  {
    reason: 'Every client is made with our own request handler, which shares connections with Box; the SDK’s must not be used by accident.',
    module: '@smithy/node-http-handler',
    contents: `
      const refuse = () => { throw new Error('Make this AWS client with awsClientOptions(): the SDK has no transport of its own in the layer.'); };
      export class NodeHttpHandler {
        static create(handler) { return typeof handler?.handle === 'function' ? handler : refuse(); }
      }
      export const streamCollector = refuse;`,
  },
  {
    reason:
      'For operations that answer with an event stream, which we never call; its dynamic import keeps esbuild from shaking @smithy/core.',
    module: '@smithy/core/event-streams',
    contents: `
      const refuse = () => { throw new Error('Event streams are not part of the layer.'); };
      export class EventStreamSerde { constructor() { refuse(); } }
      export const eventStreamSerdeProvider = () => ({ serialize: refuse, deserialize: refuse });
      export const resolveEventStreamSerdeConfig = (input) => Object.assign(input, { eventStreamMarshaller: input.eventStreamSerdeProvider(input) });`,
  },
  {
    reason:
      'Names fs.ReadStream, for which Node loads file streams, their promises and readline; bodies are text, bytes or known in length.',
    file: '@smithy/core/dist-es/submodules/serde/util-body-length/calculateBodyLength.js',
    sha256: 'ee0d32ae531f',
    contents: `
      export const calculateBodyLength = (body) => {
        if (!body) return 0;
        const length = typeof body === 'string' ? Buffer.byteLength(body) : (body.byteLength ?? body.size ?? body.end + 1 - body.start);
        if (Number.isInteger(length)) return length;
        throw new Error('State the length of this body: the layer has no file streams.');
      };`,
  },
  {
    reason: 'A class for browsers that extends ReadableStream, for which Node loads all web streams when the class is made.',
    file: '@smithy/core/dist-es/submodules/serde/util-stream/checksum/ChecksumStream.browser.js',
    sha256: '403e9ee71066',
    contents: `export class ChecksumStream {}`,
  },
  {
    reason:
      'Asks for the global crypto while it is loaded, for which Node loads Web Crypto; node:crypto, which signing needs, does the same.',
    file: '@smithy/core/dist-es/submodules/serde/uuid/v4.js',
    sha256: 'a350c133f995',
    contents: `
      import { randomUUID } from 'node:crypto';
      export const bindV4 = () => () => randomUUID();`,
  },
  {
    reason: 'Loads node:zlib into functions that have nothing to do with S3; what uploads reports loads it in init.',
    file: '@smithy/core/dist-es/submodules/checksum/crc32/Crc32Node.js',
    sha256: 'ede4151e2e19',
    contents: `
      export class Crc32Node {
        digestLength = 4;
        value = 0;
        update(data) { this.value = process.getBuiltinModule('node:zlib').crc32(data, this.value); }
        digestSync() { return this.value >>> 0; }
        async digest() {
          const out = new Uint8Array(4);
          new DataView(out.buffer).setUint32(0, this.digestSync(), false);
          return out;
        }
        reset() { this.value = 0; }
      }`,
  },
  {
    reason:
      'A schema with a computed key can’t be shaken out, and takes all schemas that it names with it: 70 KB for operations we never call.',
    file: '@aws-sdk/client-s3/dist-es/schemas/schemas_0.js',
    rewrite: withLiteralKeys,
  },
  {
    reason: 'Holds a trace id per request where one process serves several at once; a plain function has its own in _X_AMZN_TRACE_ID.',
    module: '@aws/lambda-invoke-store',
    contents: `export const InvokeStore = { getInstanceAsync: async () => undefined };`,
  },
];

/** `{ [_xF]: 1 }` → `{ "xmlFlattened": 1 }`, for constants of the same file. */
export function withLiteralKeys(source: string): string {
  const constants = new Map(Array.from(source.matchAll(/^const (\w+) = ("[^"]*");$/gm), ([, name = '', text = '']) => [name, text]));
  return source.replace(/\[(\w+)\]:/g, (computed, name: string) => (constants.has(name) ? `${constants.get(name)}:` : computed));
}
