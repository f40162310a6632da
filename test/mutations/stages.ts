import type { Mutation } from './mutation.ts';

/** What would let one stage at another, or let what is deployed be other than what is written. */
export const stages: readonly Mutation[] = [
  {
    defect: 'a person’s policy is for every stage whose name begins alike',
    file: 'infra/constructs/stage-policies.ts',
    replace: {
      "{ StringEquals: { 'aws:ResourceTag/nightporter:stage': this.props.stageName,":
        "{ StringLike: { 'aws:ResourceTag/nightporter:stage': this.props.stageName + '*',",
    },
    test: 'test/e2e/two-stages.test.ts',
  },
  {
    defect: 'shards call Box from addresses that are not the company’s',
    file: 'infra/constructs/shard-function.ts',
    replace: { 'putIntoNetwork(this.function, stage);': '' },
    test: 'test/infra/network.test.ts',
  },
  {
    defect: 'what answers one webhook changes with the number of all',
    file: 'infra/constructs/box-webhook.ts',
    replace: { "'nightporter:job', webhook.id": "'nightporter:job', webhook.id + loaded.webhooks.length" },
    test: 'test/infra/removed-job.test.ts',
    promise: 'a webhook that is turned off',
  },
  {
    defect: 'a policy on one bucket makes up for none on another',
    file: 'infra/guard/tls-only.guard',
    replace: { '%bucket in %buckets_with_policy': '%named >= 1' },
    test: 'test/infra/guard.test.ts',
    promise: 'finds',
  },
];
