import { GetFunctionCommand } from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Attempt, Deployed } from '../sandbox/aws/index.ts';
import type { Sandbox } from '../sandbox/sandbox.ts';
import { records } from './kept.ts';
import { knock } from './knock.ts';
import { changesIn, job, openCompany, waitingPlan } from './plans/changes.ts';
import { type StageAssembly, stageWith } from './stage-with.ts';

const day = 86_400_000;
const others = { 'storage-report': true, 'external-collaborators': { mode: 'approve' } };
const jobs = {
  ...others,
  [job]: { mode: 'approve', params: { rules: [{ do: 'restrict' }] }, limits: { actions: 500, share: 1 } },
};
const jobsStack = 'Nightporter-sandbox-Jobs';

let all: StageAssembly;
let fewer: StageAssembly;
let sandbox: Sandbox;
let names: readonly string[];
let before: Deployed;
let kept: Awaited<ReturnType<typeof keptOf>>;
let after: Deployed;
let underWay: Promise<Attempt>;
let waiting: Awaited<ReturnType<typeof waitingPlan>>;

beforeAll(async () => {
  all = await stageWith({ jobs });
  fewer = await stageWith({ jobs: others });
  sandbox = await openCompany(all);
  await sandbox.run('storage-report');
  const rejected = sandbox.run(job, new Date(sandbox.aws.now()));
  await decide('rejected');
  await rejected;
  underWay = sandbox.run(job, new Date(sandbox.aws.now() + day));
  waiting = await waitingPlan(sandbox);
  names = [sandbox.functionName(job), sandbox.shardsOf(job), sandbox.scheduleName(job)];
  before = await sandbox.aws.deploy();
  kept = await keptOf(all.folder);
  after = await sandbox.aws.deploy(fewer.folder);
}, 120_000);
afterAll(async () => {
  await sandbox?.[Symbol.asyncDispose]();
  await all?.[Symbol.asyncDispose]();
  await fewer?.[Symbol.asyncDispose]();
});

async function decide(verdict: 'approved' | 'rejected'): Promise<number> {
  const { run, sha256, versionId } = waiting ?? (await waitingPlan(sandbox));
  return (await knock(sandbox, 'Approvals', { verdict, job, run, sha256, versionId, reason: 'Agreed' })).status;
}

/** What runs have left behind, by name and byte. */
async function keptOf(assembly: string) {
  const keys = await sandbox.reportKeys();
  const bodies = keys.map(async (key) => [key, Buffer.from(await sandbox.readReport(key)).toString()] as const);
  return { objects: new Map(await Promise.all(bodies)), records: (await records(assembly, sandbox)).toSorted() };
}

const parts = ({ stacks }: Deployed) => new Map(Object.entries(stacks[jobsStack]?.resources ?? {}));

describe('a job in steps that is taken out of its stage', () => {
  it('goes with all of its parts, and nothing else goes or is put in another’s place', async () => {
    const [old, now] = [parts(before), parts(after)];
    const isOwn = (id: string) => id.startsWith('opensharedlinks');
    const own = [...old.keys()].filter(isOwn);
    expect(own.length).toBeGreaterThan(25);
    expect(own.filter((id) => now.has(id))).toEqual([]);
    // The watch is told of all schedules: its function gets another version.
    const stays = ([id]: readonly [string, string]) => !isOwn(id) && !/^missingruns\w+CurrentVersion/.test(id);
    expect(new Map([...now].filter(stays))).toEqual(new Map([...old].filter(stays)));
    expect(after.stacks['Nightporter-sandbox-Foundation']).toEqual(before.stacks['Nightporter-sandbox-Foundation']);
    const [coordinator = '', shards = '', schedule = ''] = names;
    for (const FunctionName of [coordinator, shards])
      await expect(sandbox.lambda.send(new GetFunctionCommand({ FunctionName }))).rejects.toThrow('Function not found');
    expect(sandbox.aws.schedules().map(({ name }) => name)).not.toContain(schedule);
    expect(new Set(after.remains.map(({ type }) => type))).toEqual(new Set(['AWS::Lambda::Version']));
  });

  it('leaves its reports, plans, ledgers and records as they are', async () => {
    expect([...kept.objects.keys()].filter((key) => key.startsWith(`reports/${job}/`)).length).toBeGreaterThan(4);
    expect(kept.records.filter((item) => item.includes(`job#${job}`))).toHaveLength(2);
    expect(await keptOf(fewer.folder)).toEqual(kept);
  });

  it('ends where it stands a run that waits: its approval changes nothing any more, and the others run as before', async () => {
    await decide('approved');
    await sandbox.aws.advance(15 * day);
    expect(await underWay).toMatchObject({ outcome: 'error', payload: { errorType: 'Execution.TimedOut' } });
    expect(changesIn(sandbox)).toBe(0);
    expect(await sandbox.run('storage-report', new Date(sandbox.aws.now()))).toMatchObject({ outcome: 'response' });
  });
});
