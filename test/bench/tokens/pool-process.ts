// Memory of a hundred thousand tokens in the memory tier, each of them used once. Run with --expose-gc; tells MiB on file descriptor 3.
import { randomBytes } from 'node:crypto';
import { writeSync } from 'node:fs';
import { AccessToken } from '../../../lib/token/access-token.ts';
import { MemoryTier } from '../../../lib/token/memory-tier.ts';
import { Redacted } from '../../../lib/token/redacted.ts';
import { subjectKey } from '../../../lib/token/subject.ts';

const subjects = 100_000;
const heap = () => {
  global.gc?.();
  return process.memoryUsage().heapUsed;
};

const tier = new MemoryTier();
const before = heap();
for (let index = 0; index < subjects; index++) {
  const token = new AccessToken(new Redacted(randomBytes(24).toString('base64url')), { expiresAt: Date.now() + 3_600_000 });
  tier.put(subjectKey({ type: 'user', id: String(11_000_000 + index) }), token);
  if (!token.authorization) throw new Error('A token without a header.');
}
const mib = (heap() - before) / 2 ** 20;
let held = 0;
for (let index = 0; index < subjects; index++) if (tier.get(subjectKey({ type: 'user', id: String(11_000_000 + index) }))) held++;
writeSync(3, JSON.stringify({ mib, held }));
