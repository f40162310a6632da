import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { NightporterError } from '../../lib/errors.ts';
import { deployArguments } from './arguments.ts';

try {
  const cdk = fileURLToPath(import.meta.resolve('aws-cdk/bin/cdk'));
  const child = spawn(process.execPath, [cdk, ...deployArguments(process.argv.slice(2))], { stdio: 'inherit' });
  child.once('exit', (code) => {
    process.exitCode = code ?? 1;
  });
} catch (error) {
  if (!(error instanceof NightporterError)) throw error;
  console.error(error.message);
  process.exitCode = 2;
}
