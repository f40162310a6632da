import type { Mutation } from './mutation.ts';

const lib = (name: string) => `lib/run/${name}.ts`;
const proof = (name: string) => `test/lib/run/${name}.test.ts`;

/** What would let a run happen twice or not at all, lose a user, or change what nobody approved. */
export const runs: readonly Mutation[] = [
  {
    defect: 'two runs take one due time',
    file: lib('take-claim'),
    replace: {
      'ConditionExpression: ended === undefined ? isFree :':
        "ConditionExpression: ended === undefined ? 'attribute_exists(pk) OR attribute_not_exists(pk)' :",
    },
    test: proof('claim'),
    promise: 'exactly one of twenty',
  },
  {
    defect: 'a run whose lease has lapsed writes its record over that of its successor',
    file: lib('claim'),
    replace: { 'run = :run AND attempt = :attempt AND ': '' },
    test: proof('claim'),
    promise: 'who lost it can not write',
  },
  {
    defect: 'a run that was stopped ends as done',
    file: lib('coordinate'),
    replace: { 'if (stopped > 0 &&': 'if (stopped < 0 &&' },
    test: proof('coordinate'),
    promise: 'was stopped',
  },
  {
    defect: 'a plan of any size is carried out',
    file: lib('plan/brake'),
    replace: { 'reason === undefined || allowed === size.actions': 'true' },
    test: proof('plan/brake'),
  },
  {
    defect: 'an incomplete plan is carried out',
    file: lib('plan/brake'),
    replace: { 'incomplete > 0': 'incomplete < 0' },
    test: proof('plan/brake'),
    promise: 'incomplete plan',
  },
  {
    defect: 'a plan that was put in the place of the approved one is read',
    file: lib('plan/plan-store'),
    replace: { 'hashOf(bytes) !== sha256': 'bytes.length === 0' },
    test: proof('plan/plan-store'),
    promise: 'another hash',
  },
  {
    defect: 'whichever version of a plan is the newest is read',
    file: lib('plan/plan-store'),
    replace: { 'Key: key, VersionId: versionId }': 'Key: key }' },
    test: proof('plan/plan-store'),
    promise: 'another one in its place',
  },
  {
    defect: 'who started a run approves its plan',
    file: lib('approval/judge'),
    replace: { 'isSamePerson(question.startedBy, decision.by)': 'false' },
    test: proof('approval/judge'),
  },
  {
    defect: 'one role under another name is somebody else',
    file: lib('approval/same-person'),
    replace: { 'first.name === second.name || ': '' },
    test: proof('approval/same-person'),
  },
  {
    defect: 'an approval is worth something for ever',
    file: lib('approval/judge'),
    replace: { 'decision.at > question.until || now > decision.until': 'decision.at > question.until' },
    test: proof('approval/judge'),
    promise: 'until its time is over',
  },
  {
    defect: 'an approval of another plan opens the way',
    file: lib('approval/judge'),
    replace: { 'decision.sha256 !== question.sha256 || decision.versionId !== question.versionId': 'decision.sha256 === ""' },
    test: proof('approval/judge'),
  },
  {
    defect: 'a second decision takes the place of the first',
    file: lib('approval/decisions'),
    replace: { "    ConditionExpression: 'attribute_not_exists(pk)',\n": '' },
    test: proof('approval/decisions'),
    promise: 'never changed',
  },
  {
    defect: 'what a person has to settle is tried again for an hour',
    file: 'lib/entry/durable/retries.ts',
    replace: { "  'PLAN_TOO_LARGE',\n": '' },
    test: 'test/lib/entry/durable/retries.test.ts',
  },
  {
    defect: 'a step that ends its process before Lambda knows of it does so for ever',
    file: 'lib/entry/durable/interrupted-steps.ts',
    replace: { 'operations.length > 1 &&': 'operations.length < 1 &&' },
    test: 'test/e2e/rounds/poison.test.ts',
    promise: 'before Lambda has been told',
  },
  {
    defect: 'an action that took effect while its answer was lost is somebody else’s',
    file: lib('apply/apply-action'),
    replace: { "repeated && applied.outcome === 'already'": "!repeated && applied.outcome === 'already'" },
    test: proof('apply/carry-out'),
  },
  {
    defect: 'who stops a run is not heard while it changes things',
    file: lib('apply/apply-action'),
    replace: { '  if (stopped)\n': '  if (stopped && paused)\n' },
    test: proof('apply/carry-out'),
    promise: 'who stops the run',
  },
  {
    defect: 'a plan is applied after its approval has ended',
    file: lib('apply/apply-action'),
    replace: { 'now() > step.until': 'now() < 0' },
    test: proof('apply/carry-out'),
    promise: 'until the approval is over',
  },
  {
    defect: 'the next part of a plan leaves an action out',
    file: lib('apply/apply-part'),
    replace: { 'next: { from: number, failedInARow }': 'next: { from: number + 1, failedInARow }' },
    test: proof('apply/carry-out'),
  },
  {
    defect: 'an action whose part was lost in the middle of it is in no book',
    file: lib('apply/ledger'),
    replace: { '(\\.begun)?\\.json$/': '\\.json$/' },
    test: proof('apply/lost-part'),
  },
  {
    defect: 'the book ends with the first thousand objects',
    file: lib('apply/ledger'),
    replace: { 'token = page.NextContinuationToken;': 'token = undefined;' },
    test: proof('apply/lost-part'),
    promise: 'more actions than S3 lists',
  },
  {
    defect: 'a user is given up at the end of an execution’s share',
    file: lib('chain'),
    replace: { "return { end: 'left', state };": "return { end: 'done', state };" },
    test: proof('chain'),
    promise: 'hands the rest back',
  },
  {
    defect: 'a shorter pause takes the place of a longer one',
    file: lib('shared-pause'),
    replace: { 'attribute_not_exists(pk) OR pauseUntil < :until': 'attribute_not_exists(pk) OR pauseUntil <> :until' },
    test: proof('shared-pause'),
    promise: 'longer pause stands',
  },
  {
    defect: 'jobs that meet are refused together minute after minute',
    file: lib('shared-pause'),
    replace: { 'callers: [...held.values()].filter((until) => until + togetherMs >= now()).length': 'callers: 1' },
    test: proof('shared-limit'),
    promise: 'refused together once',
  },
  {
    defect: 'who can not ask how many others there are takes the whole limit',
    file: lib('shared-pause'),
    replace: { 'callers: most }': 'callers: 1 }' },
    test: proof('call-budgets'),
    promise: 'when the table is down, and to the whole limit',
  },
  {
    defect: 'each container of a handler takes the whole limit',
    file: 'lib/entry/deliver/handler-calls.ts',
    replace: { 'containers: concurrency, containersOfUser: concurrency, ': '' },
    test: 'test/lib/entry/deliver/handler-calls.test.ts',
  },
  {
    defect: 'a plan is applied with a quarter of the limit',
    file: 'lib/entry/durable/apply-work.ts',
    replace: { '  budgets.share(1);\n': '' },
    test: 'test/lib/entry/durable/apply-work.test.ts',
  },
];
