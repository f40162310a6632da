import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { NightporterError } from '../../lib/errors.ts';
import { armedParameters, deployArguments } from './arguments.ts';
import { inheritedState } from './inherited-state.ts';

try {
  const asked = deployArguments(process.argv.slice(2));
  const inherits = asked.armed === undefined && asked.scheduled.length > 0;
  const inherited = inherits ? armedParameters(await inheritedState(asked)) : [];
  const cdk = fileURLToPath(import.meta.resolve('aws-cdk/bin/cdk'));
  const child = spawn(process.execPath, [cdk, ...asked.words, ...inherited], { stdio: 'inherit' });
  child.once('exit', (code) => {
    process.exitCode = code ?? 1;
  });
} catch (error) {
  if (!(error instanceof NightporterError)) throw error;
  console.error(error.message);
  process.exitCode = 2;
}
