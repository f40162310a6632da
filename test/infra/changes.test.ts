import { beforeAll, describe, expect, it } from 'vitest';
import { resources, type Stacks, stacksOf } from './stacks.ts';

const job = (settings: object) => ({ changing: { jobs: { 'open-shared-links': settings } } });

let stacks: Stacks;
beforeAll(async () => {
  stacks = await stacksOf('changing', { stages: job({ mode: 'approve', limits: { actions: 40 } }) });
});

interface Statement {
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
}

/** What the policies whose id begins so allow on resources of that name. */
function actionsOn(role: string, resource: RegExp): readonly string[] {
  return resources(stacks.jobs, 'AWS::IAM::Policy')
    .filter(([id]) => id.startsWith(role))
    .flatMap(([, { Properties }]) => (Properties.PolicyDocument as { Statement: readonly Statement[] }).Statement)
    .filter(({ Resource }) => resource.test(JSON.stringify(Resource)))
    .flatMap(({ Action }) => Action)
    .toSorted();
}

describe('a job that changes things', () => {
  it('may read decisions, and only the function of approvals may write them', () => {
    expect(actionsOn('opensharedlinksRunRole', /Decisions/)).toEqual(['dynamodb:GetItem']);
    expect(actionsOn('opensharedlinksShardRole', /Decisions/)).toEqual([]);
    expect(actionsOn('EndpointsOperations', /Decisions/)).toEqual([]);
    expect(actionsOn('EndpointsApprovals', /Decisions/)).toEqual(['dynamodb:GetItem', 'dynamodb:PutItem']);
    const writers = resources(stacks.jobs, 'AWS::IAM::Policy').filter(([id]) => actionsOn(id, /Decisions/).includes('dynamodb:PutItem'));
    expect(writers).toHaveLength(1);
  });

  it('reads its plans by version, and neither deletes one nor sees another job’s', () => {
    expect(actionsOn('opensharedlinksRunRole', /\/plans\/open-shared-links\/\*/)).toEqual(['s3:GetObjectVersion', 's3:PutObject']);
    expect(actionsOn('opensharedlinksRunRole', /\/plans\/\*/)).toEqual([]);
    // Its shards apply them.
    expect(actionsOn('opensharedlinksShardRole', /\/plans\/open-shared-links\/\*/)).toEqual(['s3:GetObjectVersion']);
    expect(actionsOn('opensharedlinksShardRole', /\/plans\/\*/)).toEqual([]);
  });

  it('lists its own ledger, and its coordinator alone', () => {
    const listing = resources(stacks.jobs, 'AWS::IAM::Policy').flatMap(([id, { Properties }]) =>
      (Properties.PolicyDocument as { Statement: readonly (Statement & { readonly Condition?: unknown })[] }).Statement.filter(
        ({ Action }) => [Action].flat().includes('s3:ListBucket'),
      ).map(({ Condition }) => [id.replace(/Role.*/s, ''), Condition]),
    );
    expect(listing).toEqual([['opensharedlinksRun', { StringLike: { 's3:prefix': ['ledger/open-shared-links/*'] } }]]);
  });

  it('is woken by the two functions that people call, and started by one of them, by its alias', () => {
    for (const endpoint of ['EndpointsApprovals', 'EndpointsOperations']) {
      expect(actionsOn(endpoint, /opensharedlinksRunFunction/)).toContain('lambda:SendDurableExecutionCallbackSuccess');
    }
    expect(actionsOn('EndpointsOperations', /opensharedlinksRunLive/)).toEqual(['lambda:InvokeFunction']);
    expect(actionsOn('EndpointsApprovals', /opensharedlinksRunLive/)).toEqual([]);
  });

  it('has plans and ledger kept for seven years', () => {
    const buckets = JSON.stringify(resources(stacks.foundation, 'AWS::S3::Bucket'));
    for (const prefix of ['plans/', 'ledger/']) expect(buckets).toContain(`{"ExpirationInDays":2557,"Prefix":"${prefix}"`);
  });

  it('only reports until its stage says more, and gets no function of approvals before there is something to approve', async () => {
    const told = async (settings: object) => {
      const { jobs } = await stacksOf('changing', { stages: job(settings) });
      const [coordinator] = resources(jobs, 'AWS::Lambda::Function').filter(([id]) => id.startsWith('opensharedlinksRun'));
      return (coordinator?.[1].Properties.Environment as { Variables: Record<string, string> } | undefined)?.Variables;
    };
    expect(await told({})).toMatchObject({ PLAN_MODE: 'report' });
    expect(await told({ mode: 'enforce', limits: { share: 0.2 } })).toMatchObject({ PLAN_MODE: 'enforce', PLAN_LIMITS: '{"share":0.2}' });
    const { jobs } = await stacksOf('plain', { stages: { plain: { jobs: { 'storage-report': true } } } });
    jobs.resourceCountIs('AWS::Lambda::Url', 1);
  });

  it.each([
    [{ jobs: { 'storage-report': { mode: 'enforce' } } }, /storage-report\.mode .*only a job that changes things has it/],
    [{ jobs: { 'open-shared-links': { mode: 'always' } } }, /open-shared-links\.mode/],
    [{ jobs: { 'open-shared-links': { limits: { share: 2 } } } }, /limits\.share .*use 0 to 1/],
    [{ jobs: { 'open-shared-links': { limits: { users: 2 } } } }, /limits/],
    [{ jobs: { 'inactive-users': { mode: 'enforce' } } }, /inactive-users\.mode .*the job allows/],
  ])('is refused %j', async (stage, sentence) => {
    await expect(stacksOf('wrong', { stages: { wrong: stage } })).rejects.toThrow(sentence);
  });
});
