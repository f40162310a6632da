/** What is measured, and the most that it may be; rows without a goal are information. */
export const rows = {
  'cold.whole_over_floor': { unit: 'x', goal: 2.8, about: 'whole process, init and first call, over an empty handler' },
  'cold.full_over_floor': { unit: 'x', goal: null, about: 'the same of storage-report: claim, report, two origins' },
  'cold.rss_over_floor': { unit: 'x', goal: 1.4, about: 'peak resident memory over an empty handler' },
  'cold.total_128mb_over_naive': { unit: 'x', goal: 0.1, about: 'init at full speed, first call at the share of 128 MB' },
  'cold.first_call_128mb_ms': { unit: 'ms', goal: null, about: 'that first call alone' },
  'cold.layer_zip_mib': { unit: 'MiB', goal: 0.4, about: 'the layer as it is uploaded' },
  'warm.pipeline_us': { unit: 'us', goal: 12, about: 'processor time of an invocation, over a bare handler' },
  'warm.call_cpu_over_undici_small': { unit: 'x', goal: 1.4, about: 'processor time of users.getUserMe()' },
  'warm.call_cpu_over_undici_page': { unit: 'x', goal: 1.4, about: 'processor time of users.getUsers(), 100 users' },
  'warm.box_sdk_call_cpu_over_undici_small': { unit: 'x', goal: null, about: 'getUserMe() of box-node-sdk as it comes' },
  'warm.box_sdk_call_cpu_over_undici_page': { unit: 'x', goal: null, about: 'getUsers() of box-node-sdk as it comes' },
  'storage.peak_mib_100k': { unit: 'MiB', goal: 160, about: 'peak of storage-report over 100,000 users' },
  'storage.peak_growth': { unit: 'x', goal: 1.2, about: 'that peak over the one with 10,000 users' },
  'start.deploy_s': { unit: 's', goal: 2, about: 'from synthesised assembly to "deployed" on this machine' },
  'start.total_s': { unit: 's', goal: 20, about: 'the whole of npm start' },
} as const;

export type RowName = keyof typeof rows;
