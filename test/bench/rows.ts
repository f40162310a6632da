/** What is measured, and the most that it may be (or, with `least`, the least); rows without a goal are information. */
export const rows = {
  'cold.whole_over_floor': { unit: 'x', goal: 2.8, about: 'whole process, init and first call, over an empty handler' },
  'cold.full_over_floor': { unit: 'x', goal: null, about: 'the same of storage-report: claim, report, two origins' },
  'cold.rss_over_floor': { unit: 'x', goal: 1.4, about: 'peak resident memory over an empty handler' },
  'cold.total_128mb_over_naive': { unit: 'x', goal: 0.1, about: 'init at full speed, first call at the share of 128 MB' },
  'cold.first_call_128mb_ms': { unit: 'ms', goal: null, about: 'that first call alone' },
  'cold.layer_zip_mib': { unit: 'MiB', goal: 0.7, about: 'the layer as it is uploaded' },
  'warm.pipeline_us': { unit: 'us', goal: 12, about: 'processor time of an invocation, over a bare handler' },
  'warm.call_cpu_over_undici_small': { unit: 'x', goal: 1.4, about: 'processor time of users.getUserMe()' },
  'warm.call_cpu_over_undici_page': { unit: 'x', goal: 1.4, about: 'processor time of users.getUsers(), 100 users' },
  'warm.box_sdk_call_cpu_over_undici_small': { unit: 'x', goal: null, about: 'getUserMe() of box-node-sdk as it comes' },
  'warm.box_sdk_call_cpu_over_undici_page': { unit: 'x', goal: null, about: 'getUsers() of box-node-sdk as it comes' },
  'storage.peak_mib_100k': { unit: 'MiB', goal: 160, about: 'peak of storage-report over 100,000 users' },
  'storage.peak_growth': { unit: 'x', goal: 1.2, about: 'that peak over the one with 10,000 users' },
  'install.mib': { unit: 'MiB', goal: null, about: 'what npm ci puts on a disk, Node 24 among it' },
  'fleet.token_requests': { unit: 'requests', goal: 1, about: '1,000 cold containers (simulated), 20 callers each, shared tier on' },
  'fleet.token_requests_local': { unit: 'requests', goal: 1_000, about: 'the same fleet, shared tier off' },
  'fleet.secret_reads': { unit: 'reads', goal: 1, about: 'of that fleet, shared tier on' },
  'fleet.secret_reads_local': { unit: 'reads', goal: null, about: 'the same fleet, shared tier off' },
  'fleet.ready_p99_over_mint': { unit: 'x', goal: 3, about: 'until a caller of that fleet has its token, over one token request' },
  'fleet50.token_requests': { unit: 'requests', goal: 1, about: '50 cold processes, 20 callers each, shared tier on' },
  'fleet50.secret_reads': { unit: 'reads', goal: 1, about: 'of those processes' },
  'fleet50.ready_ms': { unit: 'ms', goal: null, about: 'until the last of them is ready, all on this machine' },
  'hit.ns': { unit: 'ns', goal: 100, about: 'a token from the memory tier' },
  'hit.awaited_ns': { unit: 'ns', goal: null, about: 'the same through the port of the SDK, awaited' },
  'hit.google_auth_ns': { unit: 'ns', goal: null, about: 'google-auth-library, from its cache' },
  'hit.msal_ns': { unit: 'ns', goal: null, about: 'MSAL Node, from its cache' },
  'pool.mib_per_100k_subjects': { unit: 'MiB', goal: 64, about: 'heap of the memory tier' },
  'revoked.mints': { unit: 'requests', goal: 1, about: 'a token dies under 200 concurrent calls' },
  'revoked.added_over_mint': { unit: 'x', goal: 1.5, about: 'what those calls take longer, over one token request and one call' },
  'rotation.failed_runs': { unit: 'runs', goal: 0, about: 'client secret reset, 10 minutes without a new one, tokens ending meanwhile' },
  'storedown.failed_runs': { unit: 'runs', goal: 0, about: 'store and KMS down, slow, throttled, hanging' },
  'sandbox.up_ms': { unit: 'ms', goal: 1_500, about: 'from synthesised assembly to AWS and Box both ready' },
  'sandbox.warm_invoke_ms': { unit: 'ms', goal: 2, about: 'p50 of a warm function that does nothing' },
  'sandbox.calls_per_s': { unit: 'calls/s', goal: 3_000, least: true, about: 'GET /users/me in a second of one processor' },
  'sandbox.pages_per_s': { unit: 'calls/s', goal: null, about: 'the same of a page of 100 users' },
  'sandbox.seeded_mib': { unit: 'MiB', goal: 1_024, about: 'peak of a Box of 100,000 users that holds 1,000,000 items at once' },
  'sandbox.seeded_s': { unit: 's', goal: null, about: 'until it does' },
  'sandbox.leftovers': {
    unit: 'leftovers',
    goal: 0,
    about: 'processes, ports and files after 500 runs of the storage report, cold and warm',
  },
  'coordinator.operations': {
    unit: 'operations',
    goal: 510,
    about: 'of the coordinator at 100,000 users; Lambda ends an execution at 3,000',
  },
  'run.wall_s': { unit: 's', goal: 60, about: '100,000 users, out of process, bare steps' },
  'run.wall_s_calls': { unit: 's', goal: 45, about: '10,000 users, one token and one read each' },
  'shard.peak_mib': { unit: 'MiB', goal: null, about: 'peak of a shard at 100,000 users' },
  'shard.peak_growth': { unit: 'x', goal: 1.2, about: 'that peak over the one at 100 users' },
  'shard.call_cpu_over_undici': {
    unit: 'x',
    goal: 1.5,
    about: 'processor time of users.getUserMe() in a step of a shard, behind its gate',
  },
  'calls.useful_share': {
    unit: 'share',
    goal: 0.99,
    least: true,
    about: 'calls that did something, of all; 1,000 a minute and user allowed',
  },
  'calls.box_sdk_one_by_one_share': { unit: 'share', goal: null, about: 'of box-node-sdk as it comes, one call of a user after the other' },
  'time.over_limit_bound': { unit: 'x', goal: 1.1, about: 'how long that took (simulated clock), over what the limit permits' },
  'time.box_sdk_one_by_one': { unit: 'x', goal: null, about: 'of box-node-sdk as it comes, until every call was answered' },
  'crash.lost': { unit: 'users', goal: 0, about: 'users left out and runs that failed, under random crashes of coordinator and shards' },
  'crash.diverged': { unit: 'users', goal: 0, about: 'of those: done twice, and reports that are not the same byte for byte' },
  'hostile.accepted': { unit: 'requests', goal: 0, about: 'forged requests that got in, of a million, a fifth of them valid' },
  'hostile.misjudged': { unit: 'requests', goal: 0, about: 'of those: answered with another status than theirs' },
  'valid.refused': { unit: 'requests', goal: 0, about: 'valid ones among them that did not get in' },
  'hostile.crashes': { unit: 'requests', goal: 0, about: 'of those: that threw' },
  'hostile.heap_growth': { unit: 'x', goal: 1.5, about: 'heap at the end over the heap after a quarter' },
  'storm.lost': { unit: 'events', goal: 0, about: 'of 30, amid copies, deaths, delays and lost answers: never or not wholly handled' },
  'storm.diverged': { unit: 'events', goal: 0, about: 'of those: with an effect that people see twice' },
  'receive.added_over_hmac_2kb': {
    unit: 'x',
    goal: 3,
    about: 'processor time that the receiver adds, less 20 us, over the bare HMAC; 2 KB',
  },
  'receive.added_over_hmac_256kb': { unit: 'x', goal: 3, about: 'the same, 256 KiB' },
  'receive.added_2kb_us': { unit: 'us', goal: null, about: 'that processor time' },
  'receive.added_256kb_us': { unit: 'us', goal: null, about: 'that processor time' },
  'receive.slack_bolt_2kb_us': {
    unit: 'us',
    goal: null,
    about: 'the same of the receiver of @slack/bolt for Lambda, with a body of its own',
  },
  'receive.slack_bolt_256kb_us': { unit: 'us', goal: null, about: 'the same, 256 KiB' },
  'receive.hmac_2kb_us': { unit: 'us', goal: null, about: 'the bare HMAC' },
  'receive.hmac_256kb_us': { unit: 'us', goal: null, about: 'the bare HMAC' },
  'ring.accepted_p50_ms': { unit: 'ms', goal: null, about: 'from the POST of Box until it is answered, in the sandbox' },
  'ring.p50_ms': { unit: 'ms', goal: null, about: 'from the POST of Box to the first call of the handler, in the sandbox' },
  'ring.p99_ms': { unit: 'ms', goal: null, about: 'the same, the slowest of a hundred' },
  'ring.queued_p50_ms': { unit: 'ms', goal: null, about: 'of that time: until it is sent to the queue' },
  'ring.polled_p50_ms': { unit: 'ms', goal: null, about: 'then until a handler that got it asks the table for it' },
  'ring.begun_p50_ms': {
    unit: 'ms',
    goal: null,
    about: 'then until its first call to Box: dedupe, session, the first line of the handler',
  },
  'start.deploy_s': { unit: 's', goal: 2, about: 'from synthesised assembly to "deployed" on this machine' },
  'start.total_s': { unit: 's', goal: 20, about: 'the whole of npm start' },
} as const satisfies Readonly<Record<string, Row>>;

interface Row {
  readonly unit: string;
  readonly goal: number | null;
  readonly least?: true;
  readonly about: string;
}

export type RowName = keyof typeof rows;

export function isMet(name: RowName, value: number): boolean | null {
  const { goal, least }: Row = rows[name];
  if (goal === null) return null;
  return least ? value >= goal : value <= goal;
}
