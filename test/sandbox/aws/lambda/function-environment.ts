import { join } from 'node:path';
import type { FunctionConfiguration } from './function-configuration.ts';

/**
 * The environment of a container, as Lambda documents it ("Defined runtime environment variables"), with the layers' folders in the place of /opt.
 * @param added what the sandbox's caller sets for every function, and its endpoint
 * @param temporaryFolder what os.tmpdir() gives: containers share this machine's /tmp, unlike Lambda's
 */
export function functionEnvironment(
  configuration: FunctionConfiguration,
  region: string,
  added: Readonly<Record<string, string>>,
  temporaryFolder: string,
): Record<string, string> {
  const { name, role, taskRoot, runtime, logFormat, logLevel } = configuration;
  const major = /^nodejs(\d+)/.exec(runtime)?.[1];
  // A later layer overlays an earlier one.
  const layerFolders = configuration.layers
    .toReversed()
    .flatMap((layer) => [join(layer, `nodejs/node${major}/node_modules`), join(layer, 'nodejs/node_modules')]);
  return {
    ...configuration.variables,
    ...added,
    _HANDLER: configuration.handler,
    AWS_ACCESS_KEY_ID: role.accessKeyId,
    AWS_SECRET_ACCESS_KEY: role.secretAccessKey,
    AWS_SESSION_TOKEN: role.sessionToken,
    AWS_DEFAULT_REGION: region,
    AWS_REGION: region,
    AWS_EXECUTION_ENV: `AWS_Lambda_${runtime}`,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(configuration.memoryMiB),
    AWS_LAMBDA_FUNCTION_NAME: name,
    AWS_LAMBDA_FUNCTION_VERSION: configuration.version,
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    ...(logFormat === undefined ? {} : { AWS_LAMBDA_LOG_FORMAT: logFormat }),
    AWS_LAMBDA_LOG_GROUP_NAME: configuration.logGroup,
    ...(logLevel === undefined ? {} : { AWS_LAMBDA_LOG_LEVEL: logLevel }),
    AWS_LAMBDA_LOG_STREAM_NAME: logStream(configuration),
    LAMBDA_RUNTIME_DIR: '/var/runtime',
    LAMBDA_TASK_ROOT: taskRoot,
    LANG: 'en_US.UTF-8',
    NODE_PATH: layerFolders.join(':'),
    PATH: '/var/lang/bin:/usr/local/bin:/usr/bin/:/bin:/opt/bin',
    TMPDIR: temporaryFolder,
    TZ: ':UTC',
  };
}

/** One per version; on AWS there is one per container. */
export function logStream({ version }: FunctionConfiguration): string {
  return `2000/01/01/[${version}]sandbox`;
}
