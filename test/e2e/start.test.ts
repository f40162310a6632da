import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');

async function start(words: readonly string[], interruptAt?: RegExp): Promise<{ code: number | null; out: string; err: string }> {
  const child = spawn(process.execPath, ['test/sandbox/start.ts', ...words], { cwd: root });
  let [out, err] = ['', ''];
  child.stdout.on('data', (chunk) => {
    out += chunk;
    if (interruptAt?.test(out)) child.kill('SIGINT');
  });
  child.stderr.on('data', (chunk) => {
    err += chunk;
  });
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  return { code, out, err };
}

// Each of these synthesises the stage.
describe('npm start', { timeout: 90_000 }, () => {
  it('ends with a summary and the path of a page that is there; in a pipe it says nothing else', async () => {
    const { code, out, err } = await start(['--users', '40']);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toMatch(/^ {2}job +storage-report\n {2}users +40\n/);
    expect(out).toMatch(/token requests +1\n {2}secret reads +1\n {2}Box calls +1\n/);
    const page = /report +(\/.+)$/m.exec(out)?.[1];
    expect(existsSync(page ?? '')).toBe(true);
  });

  it('stays up with --keep until it is interrupted, and then ends well', async () => {
    const { code, out } = await start(['--users', '5', '--job', 'grant-check', '--keep'], /Ctrl-C/);
    expect(code).toBe(0);
    expect(out).toMatch(/Box at http:\/\/127\.0\.0\.1:\d+, AWS at http:\/\/127\.0\.0\.1:\d+/);
  });

  it('rings a webhook: a file is uploaded, and its copy is the same', async () => {
    const { code, out, err } = await start(['--users', '5', '--job', 'archive-upload']);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toMatch(/Box was answered +202\n/);
    expect(out).toMatch(/archived +1,160,000 bytes, the same as in Box\n/);
  });

  it.each([
    [['--users', 'many'], '--users takes a whole number'],
    [['--speed', '3'], '--speed'],
    [['report'], 'report'],
  ])('explains %j and ends with 2', async (words, sentence) => {
    const { code, err } = await start(words);
    expect(code).toBe(2);
    expect(err).toContain(sentence);
    expect(err).toContain('npm start -- [options]');
  });

  it('names the jobs there are when it is asked for another', async () => {
    const { code, err } = await start(['--job', 'nonsense']);
    expect(code).toBe(1);
    expect(err.trim()).toMatch(/^The stage "sandbox" has no job "nonsense"; it has .*storage-report/);
  });
});
