import { withLiteralKeys } from './aws-sdk.ts';
import type { Replacement } from './replacement.ts';

/** What the layer leaves out of the durable SDK: only durable functions load the rest. */
export const durableSdkReplacements: readonly Replacement[] = [
  {
    reason: 'Looks the whole Lambda client up when a step is first taken; the layer hands over a transport of its own, with two commands.',
    file: '@aws/durable-execution-sdk-js/dist/index.mjs',
    rewrite: (original) =>
      original
        .replace("import('@aws-sdk/client-lambda')", "Promise.reject(new Error('The layer hands over a transport of its own.'))")
        // Advice to whoever loads plug-ins by a variable; nothing in a layer is found by it.
        .replace(/" Ensure the package is installed in [^"]*"/, '""'),
  },
  {
    reason:
      'A schema with a computed key can’t be shaken out, and takes all schemas that it names with it: for a hundred operations we never call.',
    file: '@aws-sdk/client-lambda/dist-es/schemas/schemas_0.js',
    rewrite: withLiteralKeys,
  },
];
