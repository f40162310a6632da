import { fileURLToPath } from 'node:url';
import { describe, expect, inject, it } from 'vitest';
import { startAws } from '../sandbox/aws/index.ts';
import { openSandbox, type Sandbox } from '../sandbox/sandbox.ts';
import { altered, type Template } from './altered.ts';

const open = (assembly = inject('assembly')) => openSandbox({ assembly, box: { users: 300 } });
const spy = fileURLToPath(new URL('load-spy.cjs', import.meta.url));

/** Preloads the spy into every function. */
function withSpy({ Resources }: Template): void {
  for (const { Type, Properties } of Object.values(Resources)) {
    if (Type !== 'AWS::Lambda::Function') continue;
    const { Variables } = Properties.Environment as { readonly Variables: Record<string, unknown> };
    Variables.NODE_OPTIONS = `--require ${spy}`;
  }
}

const loadsOf = ({ aws, functionName }: Sandbox, job: string, requestId?: string) =>
  aws.logs(functionName(job), requestId).filter((line) => line.startsWith('loaded '));

describe('a cold start', () => {
  it.each(['storage-report', 'grant-check', 'missing-runs'])('of %s loads nothing in its invocation', async (job) => {
    await using assembly = await altered(inject('assembly'), withSpy);
    await using sandbox = await open(assembly.folder);
    await sandbox.putSecret();
    const { requestId, coldStart, outcome } = await sandbox.run(job);
    expect({ coldStart, outcome }).toEqual({ coldStart: true, outcome: 'response' });
    expect(loadsOf(sandbox, job, requestId)).toEqual([]);
    expect(loadsOf(sandbox, job).filter((line) => line.includes('nightporter')).length).toBeGreaterThan(2);
  });

  it('asks for its token in init, before the run claims its due time', async () => {
    await using sandbox = await open();
    await sandbox.putSecret();
    await sandbox.run('storage-report');
    const [token, ...more] = sandbox.box.journal.entries.filter(({ path }) => path === '/oauth2/token');
    const [claim] = sandbox.aws.journal.calls({ action: 'dynamodb:UpdateItem' });
    expect(more).toEqual([]);
    expect(token?.at).toBeLessThanOrEqual(claim?.at ?? 0);
  });

  it.each<[string, (sandbox: Sandbox) => void]>([
    ['Box', ({ box }) => box.faults.once({ path: '/oauth2/token' }, { kind: 'hang' })],
    ['Secrets Manager', ({ aws }) => aws.faults.once({ service: 'secretsmanager' }, { kind: 'hang' })],
  ])('gives up on %s when it hangs, and its run goes on', async (_, hang) => {
    await using sandbox = await open();
    await sandbox.putSecret();
    hang(sandbox);
    const { outcome, payload, initMs } = await sandbox.run('storage-report');
    expect({ outcome, payload }).toMatchObject({ outcome: 'response', payload: { users: 300 } });
    // Its budget is 2.5 s; a request of its own would be given up after 10.
    expect(initMs).toBeGreaterThan(2_400);
    expect(initMs).toBeLessThan(7_000);
  });
});

it('an address that is not Box’s ends the run in one sentence, before a secret is read', async () => {
  const aws = await startAws({ assembly: inject('assembly'), environment: { BOX_ENDPOINT_URL: 'https://evil.example' } });
  try {
    await aws.deploy();
    const { StorageReportSchedule = '', StorageReportFunction = '' } = aws.outputs('Nightporter-sandbox-Jobs');
    const { attempts } = await aws.fire(StorageReportSchedule);
    expect(attempts.map(({ outcome }) => outcome)).toEqual(['error']);
    expect(attempts[0]?.payload).toMatchObject({ errorMessage: expect.stringMatching(/^[A-Z][^\n]{20,300}\.$/) });
    expect(aws.logs(StorageReportFunction).join('\n')).toContain('"error":"BOX_ENDPOINT_REFUSED"');
    expect(aws.metrics().filter(({ name }) => name === 'RunFailed')).toHaveLength(1);
    expect(aws.journal.calls({ service: 'secretsmanager' })).toEqual([]);
  } finally {
    await aws.stop();
  }
});
