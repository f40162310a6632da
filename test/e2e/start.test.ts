import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { temporaryFolder } from '../infra/temporary.ts';
import { startBox } from '../sandbox/box/server.ts';
import type { State } from '../sandbox/page/state.ts';

const root = join(import.meta.dirname, '../..');

interface Started {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** @param temporary its own folder for temporary files; with it, `isTime` says when to interrupt */
async function start(words: readonly string[], interruptAt?: RegExp, temporary?: string, isTime?: () => boolean): Promise<Started> {
  return startAnd(words, async () => {}, interruptAt, temporary, isTime);
}

/** @param meanwhile what is done before the interruption, with what was printed so far */
async function startAnd(
  words: readonly string[],
  meanwhile: (out: string) => Promise<void>,
  interruptAt?: RegExp,
  temporary?: string,
  isTime?: () => boolean,
): Promise<Started> {
  const env = { ...process.env, ...(temporary && { TMPDIR: temporary }) };
  const child = spawn(process.execPath, ['test/sandbox/start.ts', ...words], { cwd: root, env });
  let [out, err] = ['', ''];
  let isUp = false;
  let seen = Promise.resolve();
  child.stdout.on('data', (chunk) => {
    out += chunk;
    if (isUp || !interruptAt?.test(out)) return;
    isUp = true;
    seen = meanwhile(out).finally(() => child.kill('SIGINT'));
  });
  child.stderr.on('data', (chunk) => {
    err += chunk;
  });
  const closed = new Promise<number | null>((resolve) => child.on('close', resolve));
  if (isTime) await vi.waitUntil(isTime, { timeout: 60_000, interval: 5 }).then(() => child.kill('SIGINT'));
  const code = await closed;
  await seen;
  return { code, out, err };
}

// Each of these synthesises the stage.
describe('npm start', { timeout: 90_000 }, () => {
  it('ends with a summary and the path of a page that is there, or stays up with --keep; in a pipe it says nothing else', async () => {
    // Another one beside it, in the same checkout, takes nothing away.
    const [{ code, out, err }, kept] = await Promise.all([
      start(['--users', '40']),
      start(['--users', '5', '--job', 'grant-check', '--keep'], /Ctrl-C/),
    ]);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toMatch(/^ {2}job +storage-report\n {2}users +40\n/);
    expect(out).toMatch(/token requests +1\n {2}secret reads +1\n {2}Box calls +1\n/);
    const page = /report +(\/.+)$/m.exec(out)?.[1];
    expect(existsSync(page ?? '')).toBe(true);
    // It stays up until it is interrupted, and says where everything listens.
    expect(kept.code).toBe(0);
    for (const name of ['Box', 'Downloads', 'AWS', 'OperationsUrl', 'What happens']) {
      expect(kept.out).toMatch(new RegExp(`^ {2}${name} +http://127\\.0\\.0\\.1:\\d+`, 'm'));
    }
    expect(kept.out).toMatch(/AWS_ACCESS_KEY_ID=\w+ AWS_SECRET_ACCESS_KEY=\S+ AWS_REGION=[a-z]+-[a-z]+-\d/);
  });

  it('makes the enterprise of the seed, and lets as many calls go wrong as --faults says', async () => {
    const biggest = async (seed: number) => {
      await using box = await startBox({ users: 1_000, seed });
      const users = Array.from({ length: box.enterprise.users }, (_, nth) => box.enterprise.listed(nth));
      return users.reduce((most, user) => (user.spaceUsed > most.spaceUsed ? user : most)).login;
    };
    let faults: readonly string[] = [];
    const words = ['--users', '1000', '--seed', '7', '--faults', '40', '--keep'];
    const { code, out } = await startAnd(
      words,
      async (printed) => {
        const page = /What happens +(http\S+)/.exec(printed)?.[1];
        const { box } = (await (await fetch(`${page}state.json`)).json()) as State;
        faults = box.map(({ fault }) => fault);
      },
      /Ctrl-C/,
    );
    expect(code).toBe(0);
    const report = readFileSync(/report +(\/.+)$/m.exec(out)?.[1] ?? '', 'utf8');
    const [same, another] = [await biggest(7), await biggest(8)];
    expect(same).not.toBe(another);
    expect([report.includes(same), report.includes(another)]).toEqual([true, false]);
    const wrong = faults.filter((fault) => fault !== '');
    expect(wrong.length).toBeGreaterThan(0);
    expect(wrong.length).toBeLessThan(faults.length);
    expect(['status', 'reset', 'truncated', 'slow']).toEqual(expect.arrayContaining([...new Set(wrong)]));
  });

  it('stays up with --keep after a job that failed too, and says so by its exit code in the end', async () => {
    const { code, out, err } = await start(['--users', '0', '--job', 'folder-inventory', '--keep'], /Ctrl-C/);
    expect(err).toMatch(/^folder-inventory failed/);
    expect(out).toMatch(/^ {2}AWS +http/m);
    expect(code).toBe(1);
  });

  const linux = process.platform === 'linux';
  it.runIf(linux).each<[string, (names: readonly string[], folder: string) => boolean]>([
    // The app, a process of the command's, has begun to bundle.
    [
      'the synthesis',
      (names, folder) => names.some((name) => name.startsWith('nightporter-start-') && entries(join(folder, name)).length > 0),
    ],
    ['the deployment', (names) => names.some((name) => name.startsWith('nightporter-aws-'))],
    [
      'the run',
      (names, folder) => names.some((name) => name.startsWith('nightporter-aws-') && entries(join(folder, name, 'tmp')).length > 0),
    ],
  ])('ends with 130 and nothing left when it is interrupted during %s', async (_, isTime) => {
    const folder = temporaryFolder();
    const { code, err } = await start(['--users', '40', '--keep'], undefined, folder, () => isTime(entries(folder), folder));
    expect({ code, err }).toEqual({ code: 130, err: 'Interrupted.\n' });
    expect(entries(folder).filter((name) => name.startsWith('nightporter-'))).toEqual([]);
    expect(processesWith(`TMPDIR=${folder}`)).toEqual([]);
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
    expect(err.trim()).toMatch(/^The stage has no job "nonsense"; it has .*storage-report/);
  });
});

/** None where there is no such folder yet. */
function entries(folder: string): readonly string[] {
  return existsSync(folder) ? readdirSync(folder) : [];
}

/** Ids of the processes that have this in their environment, or had it when they started. */
function processesWith(variable: string): readonly string[] {
  return readdirSync('/proc').filter((name) => {
    try {
      return /^\d+$/.test(name) && readFileSync(`/proc/${name}/environ`, 'utf8').includes(variable);
    } catch {
      // Ended meanwhile.
      return false;
    }
  });
}
