import { spawn } from 'node:child_process';
import { join } from 'node:path';

/**
 * `cdk synth` of a stage into `outDir`: by the CDK's own command, so that the assembly is the one that would be deployed.
 * @throws Error with what the command printed
 */
export async function synthesize(root: string, outDir: string, signal: AbortSignal, stage = 'sandbox'): Promise<void> {
  const cdk = join(root, 'node_modules/aws-cdk/bin/cdk');
  const child = spawn(process.execPath, [cdk, 'synth', '--quiet', '--context', `stage=${stage}`, '--output', outDir], {
    cwd: root,
    signal,
    // The app runs as "node infra/app.ts": the same Node must come first.
    env: { ...process.env, PATH: `${join(process.execPath, '..')}:${process.env.PATH}`, CI: 'true', CDK_DISABLE_VERSION_CHECK: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  child.stdout.on('data', (chunk) => {
    output += chunk;
  });
  child.stderr.on('data', (chunk) => {
    output += chunk;
  });
  const code = await new Promise((resolve, reject) => child.on('error', reject).on('close', resolve));
  if (code !== 0) throw new Error(`cdk synth failed:\n${output.trim()}`);
}
