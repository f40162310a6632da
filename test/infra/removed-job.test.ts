import type { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { context, everything, stacksOf } from './stacks.ts';

type Part = readonly [id: string, resource: object];

const partsOf = (template: Template): readonly Part[] => Object.entries(template.toJSON().Resources as Record<string, object>);

/** Logical ids begin with the job's name, without its hyphens. */
const isOf =
  (owner: string) =>
  ([id]: Part) =>
    id.startsWith(owner.replaceAll('-', ''));

/** These are told of all jobs: which runs to miss, which subjects to ask tokens for, what to start for a person, what to draw, where to search. */
const looksAfterAll = (part: Part) =>
  ['missing-runs', 'grant-check', 'Endpoints', 'Overview', 'Queries'].some((owner) => isOf(owner)(part));

describe('a job that is turned off', { timeout: 120_000 }, () => {
  it.each(['storage-report', 'folder-inventory'])('takes its own parts with it and nothing else: %s', async (job) => {
    const { [job as keyof typeof everything.jobs]: _, ...others } = everything.jobs;
    const all = await stacksOf('all', { stages: { all: everything } });
    const fewer = await stacksOf('all', { stages: { all: { ...everything, jobs: others } } });
    expect(fewer.foundation.toJSON()).toEqual(all.foundation.toJSON());

    const [before, after] = [partsOf(all.jobs), partsOf(fewer.jobs)];
    const same = new Set(after.map((part) => JSON.stringify(part)));
    const goneOrChanged = before.filter((part) => !same.has(JSON.stringify(part)));
    const own = before.filter(isOf(job));
    expect(own.length).toBeGreaterThan(15);
    expect(goneOrChanged.filter((part) => !looksAfterAll(part))).toEqual(own);
    expect(after.filter(isOf(job))).toEqual([]);
    expect(after.length).toBe(before.length - own.length);
    expect(JSON.stringify(fewer.jobs.toJSON())).not.toContain(job);
  });
});

describe('a webhook that is turned off', { timeout: 120_000 }, () => {
  const { 'sandbox-webhooks': all } = context.stages;
  const { webhooks } = all as { readonly webhooks: Readonly<Record<string, unknown>> };
  /** These are told of all webhooks: which to make in Box, what to draw, where to search. */
  const seesToAll = (part: Part) =>
    ['webhooksJob', 'webhooksWebhooks', 'Overview', 'Queries', 'Dashboard'].some((owner) => isOf(owner)(part));

  it.each(Object.keys(webhooks))('takes its own parts with it and nothing else: %s', async (name) => {
    const { [name]: _, ...others } = webhooks;
    const before = await stacksOf('all', { stages: { all } });
    const after = await stacksOf('all', { stages: { all: { ...all, webhooks: others } } });
    for (const stack of ['foundation', 'jobs'] as const) expect(partsOf(after[stack]), stack).toEqual(partsOf(before[stack]));

    const [old = [], now = []] = [before, after].map(({ webhooks: made }) => made && partsOf(made));
    const own = old.filter(isOf(name));
    expect(own.length).toBeGreaterThan(15);
    const same = new Set(now.map((part) => JSON.stringify(part)));
    expect(old.filter((part) => !same.has(JSON.stringify(part)) && !seesToAll(part))).toEqual(own);
    expect(now.length).toBe(old.length - own.length);
  });
});
