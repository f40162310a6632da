import { App, CfnOutput, Stack } from 'aws-cdk-lib';
import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { startAws } from '../../sandbox/aws/index.ts';
import { median } from '../median.ts';

const invocations = 1_000;

/** p50 of an invocation of a warm function that does nothing, as its caller sees it. @param assembly a folder to synthesise it into */
export async function warmInvokeMs(assembly: string): Promise<number> {
  synthesise(assembly);
  const aws = await startAws({ assembly });
  try {
    await aws.deploy();
    const name = aws.outputs('Bench').name ?? '';
    const samples: number[] = [];
    for (let invocation = 0; invocation <= invocations; invocation++) {
      const startedAt = performance.now();
      const { coldStart, outcome } = await aws.invoke(name, {});
      if (outcome !== 'response') throw new Error(`An invocation ended as ${outcome}.`);
      if (!coldStart) samples.push(performance.now() - startedAt);
    }
    return median(samples);
  } finally {
    await aws.stop();
  }
}

function synthesise(outdir: string): void {
  const app = new App({ outdir, analyticsReporting: false });
  const stack = new Stack(app, 'Bench');
  const nothing = new LambdaFunction(stack, 'Nothing', {
    runtime: Runtime.NODEJS_24_X,
    handler: 'index.handler',
    code: Code.fromInline('exports.handler = async () => {};'),
  });
  new CfnOutput(stack, 'name', { value: nothing.functionName });
  app.synth();
}
