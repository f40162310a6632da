import type { Stack } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { expect, test } from 'vitest';
import { output, synthesiseStack } from '../fixture/synthesise.ts';
import { startAws } from '../index.ts';

/** Two functions of one log group, of which the second may write only where `mayBoth`. */
function build(mayBoth: boolean): string {
  return synthesiseStack((stack: Stack) => {
    const logGroup = new LogGroup(stack, 'Logs');
    for (const id of ['loud', 'quiet']) {
      const role = new Role(stack, `${id}Role`, { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
      const statement = new PolicyStatement({ actions: ['logs:*'], resources: ['*'] });
      if (id === 'loud' || mayBoth) role.addToPolicy(statement);
      const code = Code.fromInline("exports.handler = async () => console.log('a line');");
      const made = new LambdaFunction(stack, `${id}Function`, {
        runtime: Runtime.NODEJS_24_X,
        handler: 'index.handler',
        code,
        role,
        logGroup,
      });
      output(stack, id, made.functionName);
    }
  });
}

test('a function may write what its own role may, whatever another one of the same log group may, and no longer than it may', async () => {
  const aws = await startAws({ assembly: build(false) });
  try {
    const linesOf = async (id: string) => {
      const name = aws.outputs('Test')[id] ?? '';
      const before = aws.logs(name).length;
      await aws.invoke(name, {});
      return aws
        .logs(name)
        .slice(before)
        .filter((line) => line.includes('a line')).length;
    };
    await aws.deploy();
    expect([await linesOf('loud'), await linesOf('quiet')]).toEqual([1, 0]);
    await aws.deploy(build(true));
    expect([await linesOf('loud'), await linesOf('quiet')]).toEqual([1, 1]);
    await aws.deploy(build(false));
    expect([await linesOf('loud'), await linesOf('quiet')]).toEqual([1, 0]);
  } finally {
    await aws.stop();
  }
});
