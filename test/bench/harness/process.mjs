// Loads a function as Lambda does, calls it once and tells what that took. Small, since it is a part of what is measured.
// argv: the function's index.mjs, and the file that moves a process into a group with a quota, if there is one.

// What AWS's own runtime (aws-lambda-ric 4) has loaded by the time that it comes to a function, in the way that it loads it.
const [{ readFileSync, writeFileSync, writeSync }] = ['fs', 'path', 'net', 'http', 'os', 'util', 'worker_threads'].map(
  process.getBuiltinModule,
);

const [, , file, group] = process.argv;
const loadingAt = performance.now();
const { handler } = await import(file);
const readyAt = performance.now();
if (group) writeFileSync(group, String(process.pid));
const calledAt = performance.now();
const answer = await handler(JSON.parse(process.env.BENCH_EVENT), {
  awsRequestId: '11111111-2222-3333-4444-555555555555',
  functionName: 'bench',
  getRemainingTimeInMillis: () => 900_000,
});
const doneAt = performance.now();
// Linux keeps the parent's peak in what resourceUsage() says, from the moment before the child became Node.
const ownPeak = process.platform === 'linux' ? /VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] : undefined;
const peakKiB = Number(ownPeak ?? process.resourceUsage().maxRSS);
const figures = { initMs: readyAt - loadingAt, callMs: doneAt - calledAt, peakMiB: peakKiB / 1024 };
writeSync(3, JSON.stringify({ figures, answer }));
process.exit();
