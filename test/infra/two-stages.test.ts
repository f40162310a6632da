import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { beforeAll, describe, expect, it } from 'vitest';
import { discover } from '../../infra/discover.ts';
import { enabledJobs } from '../../infra/enabled-jobs.ts';
import { readStage } from '../../infra/settings.ts';
import { addStacks } from '../../infra/stage.ts';
import { wildcard } from '../sandbox/aws/iam/wildcard.ts';
import { context, everything, placeholderAssets, type Resource, resources, root } from './stacks.ts';
import { temporaryFolder } from './temporary.ts';

/** Two stages with the same settings, in one account and Region, of one synthesis. */
const names = ['east', 'east-2'] as const;
let templates: Readonly<Record<(typeof names)[number], readonly Template[]>>;
beforeAll(async () => {
  const discovered = await discover(root);
  const made = names.map((name) => {
    const app = new App({ context, outdir: temporaryFolder() });
    const stage = readStage({ [name]: everything }, name);
    const { foundation, jobs, deploy } = addStacks(app, {
      stage,
      jobs: enabledJobs(stage, discovered),
      webhooks: [],
      assets: placeholderAssets(),
    });
    return [foundation, jobs, ...(deploy ? [deploy] : [])].map((stack) => Template.fromStack(stack));
  });
  templates = { east: made[0] ?? [], 'east-2': made[1] ?? [] };
});

/** Properties that give a resource a name that must be the only one in an account and Region. */
const physicalNames =
  /^(BucketName|TableName|QueueName|TopicName|FunctionName|LayerName|RoleName|ManagedPolicyName|DashboardName|AlarmName|BudgetName|LogGroupName|Name)$/;

function namesGiven(template: Template): readonly string[] {
  return Object.values(template.toJSON().Resources as Record<string, Resource>).flatMap(({ Type, Properties }) =>
    Object.entries(Properties ?? {}).flatMap(([key, value]) => {
      const refersToFunction = key === 'FunctionName' && Type !== 'AWS::Lambda::Function';
      // An alias is called `live` within its function.
      const isWithinAnother = Type === 'AWS::Lambda::Alias' || refersToFunction;
      return physicalNames.test(key) && typeof value === 'string' && !isWithinAnother ? [value] : [];
    }),
  );
}

/** All statements of all policies. */
function statementsIn(value: unknown): readonly { readonly Resource?: unknown }[] {
  if (typeof value !== 'object' || value === null) return [];
  const own = 'Effect' in value && 'Action' in value ? [value as { readonly Resource?: unknown }] : [];
  return [...own, ...Object.values(value).flatMap(statementsIn)];
}

function inWords(value: unknown): string {
  if (typeof value === 'string') return value;
  const { Ref, 'Fn::Join': join } = value as { readonly Ref?: string; readonly 'Fn::Join'?: [string, readonly unknown[]] };
  return join ? join[1].map(inWords).join(join[0]) : `<${Ref ?? JSON.stringify(value)}>`;
}

describe('two stages in one account', () => {
  it('give nothing a name that the other gives too', () => {
    const [east, other] = names.map((name) => templates[name].flatMap(namesGiven));
    expect(east?.length).toBeGreaterThan(0);
    for (const name of east ?? []) {
      expect(name).toContain('/east/');
      expect(other).not.toContain(name);
    }
  });

  it('each speak of their own stacks, paths and tags alone: no secret of a Box app is shared', () => {
    const text = JSON.stringify(templates.east.map((template) => template.toJSON()));
    expect(text).toContain('Nightporter-east-Foundation');
    expect(text).not.toContain('east-2');
    const others = JSON.stringify(templates['east-2'].map((template) => template.toJSON()));
    expect(others).not.toMatch(/Nightporter-east-(Foundation|Jobs|Deploy)|\/nightporter\/east\/|"Value":"east"/);
  });

  it('grant nothing on a stack of the other, whose name begins alike', () => {
    const theirs = ['Foundation', 'Jobs', 'Webhooks', 'Deploy'].map(
      (part) => `arn:aws:cloudformation:eu-west-1:111122223333:stack/Nightporter-east-2-${part}/an-id`,
    );
    const granted = (name: (typeof names)[number]) =>
      templates[name]
        .flatMap((template) => statementsIn(template.toJSON()))
        .flatMap(({ Resource }) => (Resource === undefined ? [] : [Resource].flat().map(inWords)))
        .filter((pattern) => pattern.includes(':cloudformation:') && theirs.some((arn) => wildcard(pattern).test(arn)));
    expect(granted('east')).toEqual([]);
    expect(granted('east-2').length).toBeGreaterThanOrEqual(theirs.length);
  });

  it('let only jobs of the own stage and app read a secret', () => {
    const [foundation] = templates.east;
    const policies = foundation ? resources(foundation, 'AWS::SecretsManager::ResourcePolicy') : [];
    const paths = policies.map(([, { Properties }]) => /:role(\/nightporter\/[^"*]*)\*/.exec(JSON.stringify(Properties))?.[1]);
    expect(paths.toSorted()).toEqual(['/nightporter/east/default/', '/nightporter/east/reader/']);
  });
});
