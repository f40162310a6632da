import { readdirSync } from 'node:fs';
import { afterEach, expect, test, vi } from 'vitest';
import { temporaryFolder } from './aws/fixture/temporary-folder.ts';
import { startBox } from './box/server.ts';
import { openSandbox, type SandboxOptions } from './sandbox.ts';

afterEach(() => void vi.unstubAllEnvs());

const ports = () => process.getActiveResourcesInfo().filter((name) => name === 'TCPServerWrap').length;

function broken(): number {
  throw new Error('The clock is broken.');
}

test.each<[string, Partial<SandboxOptions>, string]>([
  ['AWS cannot start', { aws: { now: broken } }, 'The clock is broken.'],
  ['there is nothing to deploy', {}, '/nowhere/manifest.json is no part of a synthesised assembly: run cdk synth first.'],
  ['it is called off before', { signal: AbortSignal.abort(new Error('Called off.')) }, 'Called off.'],
])('a sandbox that does not open leaves no port and no file behind: %s', async (_, options, sentence) => {
  const folder = temporaryFolder();
  vi.stubEnv('TMPDIR', folder);
  const before = ports();
  await expect(openSandbox({ assembly: '/nowhere', box: { users: 1, now: Date.now }, ...options })).rejects.toThrow(sentence);
  await vi.waitFor(() => expect(ports()).toBe(before));
  expect(readdirSync(folder)).toEqual([]);
});

test('a port that is taken is named', async () => {
  await using box = await startBox({ users: 1 });
  const port = Number(new URL(box.url).port);
  const sentence = `Port ${port} of 127.0.0.1 is taken: choose another for Box, or none to get a free one.`;
  await expect(openSandbox({ assembly: '/nowhere', box: { users: 1, port } })).rejects.toThrow(sentence);
});
