import { PassThrough } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { newCredentials } from '../../../infra/cli/secret/new-value.ts';

const app = { name: 'default', secretArn: 'arn:aws:secretsmanager:eu-west-1:000000000000:secret:x', webhookKeysArn: undefined };

function terminal() {
  const stdin = Object.assign(new PassThrough(), { isTTY: true });
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const shown = (): string => `${stdout.read() ?? ''}${stderr.read() ?? ''}`;
  return { stdin, shown, streams: { stdin, stdout, stderr } };
}

describe('the prompt', () => {
  it('asks for each field and shows nothing of what is typed, corrected or pasted', async () => {
    const { stdin, shown, streams } = terminal();
    const asked = newCredentials(streams, app);
    stdin.write('the-client-idd\u007f\r');
    await setImmediate();
    stdin.write('canary-client-secret\r900001\r');
    const { text } = await asked;
    expect(JSON.parse(text)).toEqual({
      boxAppSettings: { clientID: 'the-client-id', clientSecret: 'canary-client-secret' },
      enterpriseID: '900001',
    });
    const screen = shown();
    expect(screen).toContain('Client secret (hidden)');
    expect(screen).not.toMatch(/canary|the-client|900001/);
  });

  it.each([
    ['Ctrl-C', '\u0003'],
    ['Ctrl-D', '\u0004'],
  ])('is broken off by %s, and nothing is written', async (_, key) => {
    const { stdin, streams } = terminal();
    const asked = newCredentials(streams, app);
    stdin.write(`id\r${key}`);
    await expect(asked).rejects.toMatchObject({ code: 'COMMAND_INVALID', message: expect.stringContaining('Nothing was written') });
  });

  it('checks what was typed as it checks what is piped', async () => {
    const { stdin, streams } = terminal();
    const asked = newCredentials(streams, app);
    stdin.write('id\rsecret\r<your enterprise>\r');
    await expect(asked).rejects.toMatchObject({ code: 'SECRET_INVALID', message: expect.stringContaining('enterpriseID') });
  });
});
