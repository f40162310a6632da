import type { Replacement } from './replacement.ts';

/**
 * What the layer leaves out of `zod/mini`. `nightporter` re-exports it whole as `z`, so nothing of it can be shaken out by use; these parts
 * are three quarters of its bytes, every function would parse them on each cold start, and no schema of a job needs them.
 */
export const zodReplacements: readonly Replacement[] = [
  {
    reason: 'Without `locales` (messages in fifty languages), `core` (the same classes again), `compile` and `toJSONSchema`.',
    file: 'zod/v4/mini/external.js',
    sha256: 'ab008c757db2',
    contents: `
      export * from './parse.js';
      export * from './schemas.js';
      export * from './checks.js';
      export {
        globalRegistry, registry, config, $output, $input, $brand, clone, regexes, treeifyError, prettifyError, formatError, flattenError,
        TimePrecision, util, NEVER,
      } from '../core/index.js';
      export * as iso from './iso.js';
      export { ZodMiniISODateTime, ZodMiniISODate, ZodMiniISOTime, ZodMiniISODuration } from './iso.js';
      export * as coerce from './coerce.js';`,
  },
];
