import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Template } from '../assembly.ts';
import { assemble } from '../fixture/assemble.ts';
import { type Aws, startAws } from '../index.ts';

let aws: Aws;
beforeAll(async () => {
  aws = await startAws({ assembly: '/nowhere' });
});
afterAll(() => aws.stop());

/** @returns the sentence of the refusal, or undefined for what deploys */
async function attempt(template: unknown): Promise<string | undefined> {
  try {
    await aws.deploy(assemble(template as Template));
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : `no error: ${String(error)}`;
  } finally {
    await aws.destroy();
  }
}

const queue = { Type: 'AWS::SQS::Queue' };

test.each<[string, unknown, string]>([
  ['no template', 5, 'Test: a template must be an object.'],
  ['an unknown section', { Resource: {} }, 'Test: the sandbox does not know Resource in a template.'],
  ['a list of resources', { Resources: [] }, 'Test: Resources of a template has not the form that CloudFormation takes.'],
  ['no resources', { Resources: null }, 'Test: Resources of a template has not the form that CloudFormation takes.'],
  ['a resource that is none', { Resources: { Queue: null } }, 'Test/Queue: a resource without a type.'],
  [
    'an unknown attribute',
    { Resources: { Queue: { ...queue, Propertys: {} } } },
    'Test/Queue: the sandbox does not know Propertys in a resource.',
  ],
  [
    'another one',
    { Resources: { Queue: { ...queue, DependOn: 'Queue' } } },
    'Test/Queue: the sandbox does not know DependOn in a resource.',
  ],
  [
    'an unknown policy of deletion',
    { Resources: { Queue: { ...queue, DeletionPolicy: 'retain' } } },
    'Test/Queue: DeletionPolicy of a resource has not the form that CloudFormation takes.',
  ],
  [
    'properties that are none',
    { Resources: { Queue: { ...queue, Properties: 5 } } },
    'Test/Queue: Properties of a resource has not the form that CloudFormation takes.',
  ],
  ...[
    ['AWS::SQS::Queue', 'RedriveAllowPolicy', { redrivePermission: 'denyAll' }],
    ['AWS::SNS::Topic', 'Subscription', [{ Protocol: 'email', Endpoint: 'night@example.com' }]],
    ['AWS::Scheduler::Schedule', 'KmsKeyArn', 'arn:aws:kms:eu-west-1:000000000000:key/a'],
  ].map(([Type, name, value]): [string, unknown, string] => [
    `a ${name} that nothing here would obey`,
    { Resources: { Made: { Type, Properties: { [String(name)]: value } } } },
    `Test/Made (${Type}): the sandbox does not know the property ${name}.`,
  ]),
  ['an output that is none', { Outputs: { name: null } }, 'Test/name (output): an output must be an object.'],
  [
    'an intrinsic of another form',
    { Resources: { Queue: { ...queue, Properties: { QueueName: { 'Fn::Sub': 5 } } } } },
    'Test/Queue (AWS::SQS::Queue): the argument of Fn::Sub has not the form that CloudFormation takes.',
  ],
  [
    'an intrinsic that finds nothing',
    { Outputs: { name: { Value: { 'Fn::Select': [3, ['a']] } } } },
    'Test/name (output): Fn::Select finds nothing at 3.',
  ],
  [
    'a condition that depends on itself',
    { Conditions: { A: { 'Fn::Not': [{ Condition: 'A' }] } }, Outputs: { name: { Value: 'x', Condition: 'A' } } },
    'Test/name (output): the condition A depends on itself.',
  ],
  [
    'a name that is taken',
    { Resources: { A: { ...queue, Properties: { QueueName: 'q' } }, B: { ...queue, Properties: { QueueName: 'q' } } } },
    'Test/B (AWS::SQS::Queue): The queue q exists already.',
  ],
])('a template with %s is refused in one sentence', async (_, template, sentence) => {
  expect(await attempt(template)).toBe(sentence);
});

const statement = { Effect: 'Allow', Action: 'sqs:SendMessage', Resource: { 'Fn::GetAtt': ['Queue', 'Arn'] } };
const trust = { Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'lambda.amazonaws.com' } }] };
const whole = {
  Parameters: { Name: { Type: 'String', Default: 'jobs' } },
  Mappings: { Zones: { london: { code: 'eu-west-2' } } },
  Conditions: { Here: { 'Fn::Equals': [{ Ref: 'AWS::Region' }, 'eu-west-1'] } },
  Resources: {
    Queue: { Type: 'AWS::SQS::Queue', DeletionPolicy: 'Delete', Properties: { QueueName: { Ref: 'Name' }, VisibilityTimeout: 30 } },
    Bucket: { Type: 'AWS::S3::Bucket', Properties: { VersioningConfiguration: { Status: 'Enabled' } } },
    Role: { Type: 'AWS::IAM::Role', Properties: { AssumeRolePolicyDocument: trust, Path: '/jobs/', ManagedPolicyArns: [] } },
    Policy: {
      Type: 'AWS::IAM::Policy',
      DependsOn: ['Queue'],
      Properties: { PolicyName: 'p', Roles: [{ Ref: 'Role' }], PolicyDocument: { Statement: [statement] } },
    },
    Function: {
      Type: 'AWS::Lambda::Function',
      Condition: 'Here',
      Properties: {
        Runtime: 'nodejs24.x',
        Handler: 'index.handler',
        Code: { ZipFile: 'exports.handler = async () => 1;' },
        Role: { 'Fn::GetAtt': ['Role', 'Arn'] },
        Environment: { Variables: { ZONE: { 'Fn::FindInMap': ['Zones', 'london', 'code'] } } },
      },
    },
  },
  // biome-ignore lint/suspicious/noTemplateCurlyInString: CloudFormation's placeholders
  Outputs: { arn: { Value: { 'Fn::Sub': '${Queue.Arn}/${Name}' }, Export: { Name: { 'Fn::Join': ['-', ['the', { Ref: 'Queue' }]] } } } },
};

type Path = readonly (string | number)[];

function pathsOf(value: unknown, path: Path = []): readonly Path[] {
  if (typeof value !== 'object' || value === null) return [path];
  const keys = Array.isArray(value) ? value.keys() : Object.keys(value);
  return [path, ...[...keys].flatMap((key) => pathsOf((value as Record<string, unknown>)[key], [...path, key]))];
}

/** What a hand may do at a place: another value, another name, nothing. */
const edits = fc.oneof(
  fc.record({ value: fc.constantFrom<unknown>(null, 5, '', 'x', true, [], {}, [null], { Ref: 'Queue' }, { Ref: 5 }, { 'Fn::Sub': [] }) }),
  fc.record({ name: fc.constantFrom('Propertys', 'Fn::Sub', 'Ref', 'Condition', 'x') }),
  fc.constant({}),
);

function edited(template: unknown, path: Path, edit: { readonly value?: unknown; readonly name?: string }): unknown {
  const copy = structuredClone({ template });
  const at = ['template', ...path];
  const parent = at.slice(0, -1).reduce<unknown>((value, key) => (value as Record<string, unknown>)[key], copy) as Record<string, unknown>;
  const last = String(at.at(-1));
  const before = parent[last];
  if ('value' in edit) parent[last] = edit.value;
  else if (path.length === 0) return template;
  else if (Array.isArray(parent)) parent.splice(Number(last), 1);
  else {
    delete parent[last];
    if (edit.name !== undefined) parent[edit.name] = before;
  }
  return copy.template;
}

test('whatever a hand has done to a template, it deploys or is refused in one sentence that names the stack', async () => {
  expect(await attempt(whole)).toBeUndefined();
  const counts = { deployed: 0, refused: 0 };
  const places = pathsOf(whole);
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...places), edits, async (path, edit) => {
      const sentence = await attempt(edited(whole, path, edit));
      counts[sentence === undefined ? 'deployed' : 'refused'] += 1;
      if (sentence === undefined) return;
      expect(sentence).toMatch(/^Test[:/].*\.$/);
      expect(sentence).not.toMatch(/\n|is not a function|is not iterable|Cannot |undefined|\[object/);
    }),
    { numRuns: 150 },
  );
  console.log(`${counts.deployed} deployed, ${counts.refused} refused`);
  expect(counts.refused).toBeGreaterThan(10);
});
