import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

export const chromium = [process.env.CHROMIUM ?? '', '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(
  (path) => path && existsSync(path),
);

export const chromiumFlags = [
  ...['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'],
  ...['--disable-component-update', '--disable-sync'],
];

/** A page in Chromium that can be asked and used, whatever its own policy forbids scripts. */
export interface OpenPage extends AsyncDisposable {
  /** In pixels of CSS. */
  resize(width: number): Promise<void>;
  /** The value of an expression in the page; it must be JSON. */
  evaluate<T>(expression: string): Promise<T>;
}

/** @throws Error when Chromium does not start within 20 s */
export async function openPage(html: string): Promise<OpenPage> {
  const folder = await mkdtemp(join(tmpdir(), 'report-page-'));
  const file = join(folder, 'report.html');
  await writeFile(file, html);
  const profile = join(folder, 'profile');
  const args = [...chromiumFlags, '--remote-debugging-port=0', `--user-data-dir=${profile}`, `file://${file}`];
  const browser = spawn(chromium ?? '', args, { stdio: 'ignore' });
  const port = await portOf(join(profile, 'DevToolsActivePort'));
  const targets = (await (await fetch(`http://127.0.0.1:${port}/json/list`)).json()) as { type: string; webSocketDebuggerUrl: string }[];
  const socket = new WebSocket(targets.find(({ type }) => type === 'page')?.webSocketDebuggerUrl ?? '');
  await once(socket, 'open');
  let last = 0;
  /** One command of the DevTools protocol. */
  const send = async (method: string, params: object): Promise<{ result?: { value?: unknown }; exceptionDetails?: unknown }> => {
    const id = ++last;
    const { promise, resolve } = Promise.withResolvers<{ result: never }>();
    const hear = ({ data }: MessageEvent) => {
      const answer = JSON.parse(String(data));
      if (answer.id !== id) return;
      socket.removeEventListener('message', hear);
      resolve(answer);
    };
    socket.addEventListener('message', hear);
    socket.send(JSON.stringify({ id, method, params }));
    return (await promise).result;
  };
  const evaluate = async <T>(expression: string): Promise<T> => {
    const { result, exceptionDetails } = await send('Runtime.evaluate', { expression, returnByValue: true, awaitPromise: true });
    if (exceptionDetails) throw new Error(`The page could not evaluate ${expression}: ${JSON.stringify(exceptionDetails)}`);
    return result?.value as T;
  };
  // The first answers are those of the empty page that the browser begins with.
  const isThere = () => evaluate<boolean>(`location.protocol === 'file:' && document.readyState === 'complete'`).catch(() => false);
  for (const until = Date.now() + 20_000; Date.now() < until && !(await isThere()); ) await sleep(50);
  return {
    evaluate,
    resize: async (width) =>
      void (await send('Emulation.setDeviceMetricsOverride', { width, height: 900, deviceScaleFactor: 1, mobile: false })),
    async [Symbol.asyncDispose]() {
      const closed = once(browser, 'exit');
      socket.close();
      browser.kill();
      await closed;
      await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** Chromium writes down which port it has taken. */
async function portOf(file: string): Promise<string> {
  for (let tries = 0; tries < 400; tries++) {
    const [port] = (await readFile(file, 'utf8').catch(() => '')).split('\n');
    if (port) return port;
    await sleep(50);
  }
  throw new Error('Chromium did not say where it listens.');
}
