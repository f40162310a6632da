// The Box simulator in a process of its own; tells its parent where it is, and how much processor time it has used when asked.
import { startBox } from '../../sandbox/box/server.ts';

const box = await startBox({ users: 1_000, ratePerMinute: 10 ** 9, journalLimit: 0 });
process.on('message', () => process.send?.(process.cpuUsage()));
process.on('disconnect', () => process.exit());
const { clientId, clientSecret, enterpriseId } = box.app;
process.send?.({ url: box.url, clientId, clientSecret, enterpriseId });
