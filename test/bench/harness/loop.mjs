// Calls functions over and over, batch by batch in turns; tells the processor time of an invocation in microseconds, batch by batch.
// argv: the functions' index.mjs.
const { writeSync } = process.getBuiltinModule('node:fs');

const batch = 4_000;
const [, , rounds, ...files] = process.argv;
const handlers = [];
for (const file of files) handlers.push((await import(file)).handler);

const event = JSON.parse(process.env.BENCH_EVENT);

async function cost(handler) {
  const before = process.cpuUsage();
  for (let i = 0; i < batch; i++) {
    await handler(event, {
      awsRequestId: '11111111-2222-3333-4444-555555555555',
      functionName: 'bench',
      getRemainingTimeInMillis: () => 900_000,
    });
  }
  const { user, system } = process.cpuUsage(before);
  return (user + system) / batch;
}

const costs = files.map(() => []);
for (let round = 0; round < Number(rounds) + 2; round++) {
  for (const [index, handler] of handlers.entries()) {
    const us = await cost(handler);
    // Two rounds until everything is compiled.
    if (round >= 2) costs[index].push(us);
  }
}
writeSync(3, JSON.stringify(costs));
process.exit();
