import { afterEach, describe, expect, it } from 'vitest';
import { type Listener, listen } from '../../lib/listen.ts';
import { typed } from './typed.ts';

let account: Listener | undefined;

afterEach(() => account?.[Symbol.asyncDispose]());

interface Account {
  readonly concurrency: number;
  /** `undefined`: never bootstrapped. */
  readonly bootstrap: string | undefined;
  readonly qualifier?: string;
}

/** The two answers of AWS that matter here. */
async function openAccount({ concurrency, bootstrap, qualifier = 'hnb659fds' }: Account): Promise<void> {
  account = await listen((request, response) => {
    if (request.url?.includes('account-settings')) {
      const limit = { ConcurrentExecutions: concurrency, UnreservedConcurrentExecutions: concurrency };
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ AccountLimit: limit }));
    } else if (bootstrap === undefined) {
      response.writeHead(400, { 'content-type': 'text/xml' });
      response.end(
        '<ErrorResponse><Error><Type>Sender</Type><Code>ValidationError</Code><Message>no such stack</Message></Error></ErrorResponse>',
      );
    } else {
      const output = `<member><OutputKey>BootstrapVersion</OutputKey><OutputValue>${bootstrap}</OutputValue></member>`;
      const parameter = `<member><ParameterKey>Qualifier</ParameterKey><ParameterValue>${qualifier}</ParameterValue></member>`;
      const stack = `<Stacks><member><StackName>CDKToolkit</StackName><Parameters>${parameter}</Parameters><Outputs>${output}</Outputs></member></Stacks>`;
      response.writeHead(200, { 'content-type': 'text/xml' });
      response.end(`<DescribeStacksResponse><DescribeStacksResult>${stack}</DescribeStacksResult></DescribeStacksResponse>`);
    }
  });
  const keys = { AWS_ACCESS_KEY_ID: 'AKIDNOBODY', AWS_SECRET_ACCESS_KEY: 'none' };
  Object.assign(process.env, keys, { AWS_ENDPOINT_URL: account.url });
}

interface Printed {
  readonly healthy: boolean;
  readonly sections: readonly { readonly checks: readonly { readonly check: string; readonly outcome: string; readonly said: string }[] }[];
}

async function examine(...args: readonly string[]) {
  const { exitCode, stdout } = await typed('doctor', '--aws', '--json', ...args);
  const { sections } = JSON.parse(stdout) as Printed;
  const outcomes = Object.fromEntries(sections.flatMap(({ checks }) => checks).map(({ check, outcome }) => [check, outcome]));
  return { exitCode, outcomes };
}

describe('doctor --aws', () => {
  it('is content with a usual account in a Region that has everything', async () => {
    await openAccount({ concurrency: 1000, bootstrap: '30' });
    const { exitCode, outcomes } = await examine('--region', 'eu-west-1');
    expect(new Set(Object.values(outcomes))).toEqual(new Set(['works']));
    expect(Object.keys(outcomes)).toHaveLength(5);
    expect(exitCode).toBe(0);
  });

  it('knows whether a job of the stage needs what a Region may lack', async () => {
    await openAccount({ concurrency: 1000, bootstrap: '30' });
    const durable = async (stage: string) =>
      (await examine('--region', 'eu-west-2', '--stage', stage)).outcomes['Lambda durable functions in eu-west-2'];
    expect([await durable('dev'), await durable('sandbox-rounds'), await durable('nowhere')]).toEqual(['unneeded', 'unknown', 'unknown']);
  });

  it('takes a Region that its list does not know for unknown, not for wrong, until told', async () => {
    await openAccount({ concurrency: 1000, bootstrap: '30' });
    const { exitCode, outcomes } = await examine('--region', 'xx-north-9', '--stage', 'sandbox-rounds');
    expect(outcomes['Lambda durable functions in xx-north-9']).toBe('unknown');
    expect(exitCode).toBe(0);
    const told = await examine('--region', 'xx-north-9', '--assume', 'durable', 'arm64', 'scheduler');
    expect(Object.values(told.outcomes)).not.toContain('unknown');
  });

  it.each([
    ['the quota of a new account', { concurrency: 10, bootstrap: '30' }, 'Lambda concurrency', 'Service Quotas'],
    ['no bootstrap', { concurrency: 1000, bootstrap: undefined }, 'CDK bootstrap', 'npx cdk bootstrap'],
    ['an old bootstrap', { concurrency: 1000, bootstrap: '3' }, 'CDK bootstrap', 'npx cdk bootstrap'],
    [
      'a bootstrap of another qualifier',
      { concurrency: 1000, bootstrap: '30', qualifier: 'ourown' },
      'CDK bootstrap',
      '@aws-cdk/core:bootstrapQualifier',
    ],
  ])('refuses %s and says where to change it', async (_, made, check, where) => {
    await openAccount(made);
    const { exitCode, outcomes } = await examine('--region', 'eu-west-1');
    expect(outcomes[check]).toBe('refused');
    expect(exitCode).toBe(1);
    expect((await typed('doctor', '--aws', '--region', 'eu-west-1')).stdout).toContain(where);
  });
});
