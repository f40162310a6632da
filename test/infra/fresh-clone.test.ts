import { isDeepStrictEqual } from 'node:util';
import { describe, expect, it } from 'vitest';
import { companysOwn } from './companys-own.ts';
import { context, deployed } from './context.ts';

const { stages } = deployed.context;
const own = companysOwn(stages);
const isCompanys = own.length > 0 && !isDeepStrictEqual(stages, context.stages);

it.skipIf(isCompanys)(
  `the stages that are tested are those of a fresh clone${isCompanys ? ` (skipped: cdk.json is a company’s, by ${own.join(', ')})` : ''}`,
  () => {
    expect(stages, 'Let the stages of cdk.json and of test/infra/stages.json be the same.').toEqual(context.stages);
  },
);

describe('a clone is a company’s', () => {
  const { dev, sandbox } = context.stages;
  const jobs = { 'storage-report': true };
  it.each<[string, object, string]>([
    ['once a role was admitted', { dev: { operatorRoleArn: 'arn:aws:iam::111122223333:role/admin', ...dev } }, 'dev.operatorRoleArn'],
    ['once somebody is told of alarms', { production: { notify: 'porter@company.com' } }, 'production.notify'],
    ['once it has a place', { dev: { ...dev, region: 'eu-west-1' } }, 'dev.region'],
    ['with a stage of another name', { office: { jobs } }, 'office'],
    ['with a job of its own', { sandbox: { ...sandbox, jobs: { 'active-users': true } } }, 'sandbox.jobs.active-users'],
    ['with a webhook of its own', { dev: { webhooks: { 'describe-uploads': true } } }, 'dev.webhooks.describe-uploads'],
  ])('%s', (_, changed, path) => {
    expect(companysOwn({ ...context.stages, ...changed })).toEqual([path]);
  });

  it.each<[string, object]>([
    ['as it is', {}],
    ['with another job of ours', { dev: { jobs: { 'inactive-users': true } } }],
    ['with another webhook of ours', { sandbox: { ...sandbox, webhooks: { 'archive-upload': { adopt: ['1'] } } } }],
    ['with other settings', { production: { production: true, jobs, sharedTokens: true, reportRetentionDays: 30 } }],
    ['with another sandbox', { 'sandbox-library': sandbox }],
    ['without a stage', { dev: {} }],
  ])('and not yet %s: a difference fails', (_, changed) => {
    expect(companysOwn({ ...context.stages, ...changed })).toEqual([]);
  });
});
