import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { vi } from 'vitest';

/** What opens pages on a desktop, as a program that writes down what it was given. */
export interface Browser {
  /** For the environment of who has it: before everything else. */
  readonly PATH: string;
  /** Where the page that was opened last leads to, as its own text. */
  shown(): Promise<string>;
}

export async function installBrowser(folder: string): Promise<Browser> {
  const [bin, opened] = [join(folder, 'bin'), join(folder, 'opened.html')];
  await mkdir(bin);
  for (const name of ['xdg-open', 'open']) {
    await writeFile(join(bin, name), `#!/bin/sh\ncp "$1" '${opened}'\n`);
    await chmod(join(bin, name), 0o755);
  }
  return {
    PATH: [bin, process.env.PATH].join(delimiter),
    async shown() {
      const link = await vi.waitFor(async () => {
        const [, address] = /url=([^"]+)"/.exec(await readFile(opened, 'utf8')) ?? [];
        if (address === undefined) throw new Error('No page was opened.');
        return address.replaceAll('&amp;', '&');
      });
      return (await fetch(link)).text();
    },
  };
}
