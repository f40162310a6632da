import { spawn } from 'node:child_process';
import { dirname, join } from 'node:path';

/**
 * `cdk synth` of a stage into `outDir`: by the CDK's own command, so that the assembly is the one that would be deployed. Bundles lie beside it:
 * another synthesis of the same checkout may be under way.
 * @param folder whose cdk.json it reads
 * @throws Error with what the command printed, or what the signal gives as its reason, with no process left
 */
export async function synthesize(root: string, outDir: string, signal: AbortSignal, stage = 'sandbox', folder = root): Promise<void> {
  signal.throwIfAborted();
  const cdk = join(root, 'node_modules/aws-cdk/bin/cdk');
  const contexts = [`stage=${stage}`, `build=${join(dirname(outDir), 'build')}`].flatMap((context) => ['--context', context]);
  const child = spawn(process.execPath, [cdk, 'synth', '--quiet', ...contexts, '--output', outDir], {
    cwd: folder,
    // The app runs as "node infra/app.ts": the same Node must come first.
    env: {
      ...process.env,
      PATH: `${join(process.execPath, '..')}:${process.env.PATH}`,
      // Where the sandbox is, wherever the person at this machine deploys to.
      AWS_REGION: 'eu-west-1',
      CI: 'true',
      CDK_DISABLE_VERSION_CHECK: '1',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
    // The command starts the app as a process of its own, which has to end with it.
    detached: process.platform !== 'win32',
  });
  const kill = () => (process.platform === 'win32' || child.pid === undefined ? child.kill() : process.kill(-child.pid, 'SIGKILL'));
  signal.addEventListener('abort', kill, { once: true });
  let output = '';
  child.stdout.on('data', (chunk) => {
    output += chunk;
  });
  child.stderr.on('data', (chunk) => {
    output += chunk;
  });
  const code = await new Promise((resolve, reject) => child.on('error', reject).on('close', resolve));
  signal.removeEventListener('abort', kill);
  signal.throwIfAborted();
  if (code !== 0) throw new Error(`cdk synth failed:\n${output.trim()}`);
}
