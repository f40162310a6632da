import { fileURLToPath } from 'node:url';
import { App } from 'aws-cdk-lib';
import { NightporterError } from '../lib/errors.ts';
import { synthesizeStage } from './stage.ts';

try {
  await synthesizeStage(new App(), fileURLToPath(new URL('..', import.meta.url)));
} catch (error) {
  if (!(error instanceof NightporterError)) throw error;
  // A mistake in a setting or a job file is not a crash: a stack trace would bury the sentence.
  console.error(`${error.code}: ${error.message}`);
  // `process.exitCode` would not do: CDK synthesizes when the process ends, and what there is so far is not to be deployed.
  process.exit(1);
}
