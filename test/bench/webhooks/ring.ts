import { join } from 'node:path';
import { stageWith } from '../../e2e/stage-with.ts';
import { answeredFolder } from '../../e2e/webhooks/answered-folder.ts';
import { openSandbox } from '../../sandbox/sandbox.ts';
import { measured, type Result } from '../result.ts';

const events = 100;
const fixture = join(import.meta.dirname, '../../e2e/webhooks/describe-uploads.ts');

/** From Box's POST to the handler's first call to Box, one event at a time, all on this machine; the sandbox polls a queue every 100 ms. */
export async function ring(): Promise<readonly Result[]> {
  await using stage = await stageWith({ settings: { inventoryUser: '11000001', inbox: '1' }, webhooks: { 'describe-uploads': true } }, [
    fixture,
  ]);
  await using sandbox = await openSandbox({ assembly: stage.folder, box: { users: 5 } });
  await sandbox.putSecret();
  await sandbox.putSigningKeys();
  const { box, aws } = sandbox;
  const inbox = await answeredFolder(sandbox);
  aws.events.start();
  const accepted: number[] = [];
  const rung: number[] = [];
  const [queued, polled, begun]: [number[], number[], number[]] = [[], [], []];
  for (let nth = -3; nth < events; nth++) {
    const file = await inbox.upload(`file ${nth}`);
    const postedAt = Date.now();
    await box.webhooks.deliverDue(1);
    const acceptedAt = Date.now();
    const handledAt = await firstCall(
      () => box.journal.entries.find(({ method, path, at }) => method === 'GET' && path === `/2.0/files/${file}` && at >= postedAt)?.at,
    );
    // The first ones start containers.
    if (nth < 0) continue;
    accepted.push(acceptedAt - postedAt);
    rung.push(handledAt - postedAt);
    // One event at a time: the last call of a kind before that is this event's, whatever the one before still had to write down.
    const last = (action: string) => aws.journal.calls({ action }).findLast(({ at }) => at <= handledAt)?.at ?? Number.NaN;
    const [sentAt, begunAt] = [last('sqs:SendMessage'), last('dynamodb:UpdateItem')];
    queued.push(sentAt - postedAt);
    polled.push(begunAt - sentAt);
    begun.push(handledAt - begunAt);
  }
  return [
    measured('ring.accepted_p50_ms', quantile(accepted, 0.5)),
    measured('ring.p50_ms', quantile(rung, 0.5)),
    measured('ring.p99_ms', quantile(rung, 0.99)),
    measured('ring.queued_p50_ms', quantile(queued, 0.5)),
    measured('ring.polled_p50_ms', quantile(polled, 0.5)),
    measured('ring.begun_p50_ms', quantile(begun, 0.5)),
  ];
}

async function firstCall(look: () => number | undefined): Promise<number> {
  for (;;) {
    const at = look();
    if (at !== undefined) return at;
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}
