import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import type { Sandbox } from '../../sandbox/sandbox.ts';
import { type Ran, typedWith } from './typed.ts';

/** The command line of somebody who has signed in to the sandbox. */
export interface CommandLine {
  /** As typed after `npx nightporter --stage sandbox`. */
  cli(args: readonly string[], input?: string): Promise<Ran>;
  /** With `--json`; what was printed must parse. */
  json(args: readonly string[], input?: string): Promise<{ readonly exitCode: number; readonly value: unknown }>;
  /** Environment for a child process. */
  readonly environment: Readonly<Record<string, string>>;
}

/** As the sandbox's operator, who may do everything. */
export function signedIn({ aws, box }: Pick<Sandbox, 'aws' | 'box'>): CommandLine {
  return commandLine({
    AWS_ENDPOINT_URL: aws.endpoint,
    AWS_REGION: aws.operator.region,
    AWS_ACCESS_KEY_ID: aws.operator.accessKeyId,
    AWS_SECRET_ACCESS_KEY: aws.operator.secretAccessKey,
    BOX_ENDPOINT_URL: box.url,
  });
}

/** As somebody who has taken on a role that trusts the account. @param name of the session, which is who did it */
export async function signedInAs(sandbox: Pick<Sandbox, 'aws' | 'box'>, roleArn: string | undefined, name: string): Promise<CommandLine> {
  const { endpoint, operator } = sandbox.aws;
  const sts = new STSClient({ region: operator.region, credentials: operator, endpoint });
  const { Credentials } = await sts.send(new AssumeRoleCommand({ RoleArn: roleArn, RoleSessionName: name }));
  return commandLine({
    ...signedIn(sandbox).environment,
    AWS_ACCESS_KEY_ID: Credentials?.AccessKeyId ?? '',
    AWS_SECRET_ACCESS_KEY: Credentials?.SecretAccessKey ?? '',
    AWS_SESSION_TOKEN: Credentials?.SessionToken ?? '',
  });
}

function commandLine(environment: Readonly<Record<string, string>>): CommandLine {
  const cli = async (args: readonly string[], input = ''): Promise<Ran> => {
    delete process.env.AWS_SESSION_TOKEN;
    Object.assign(process.env, environment);
    return typedWith(input, ...args, '--stage', 'sandbox');
  };
  return {
    environment,
    cli,
    async json(args, input) {
      const { exitCode, stdout } = await cli([...args, '--json'], input);
      return { exitCode, value: JSON.parse(stdout) };
    },
  };
}
