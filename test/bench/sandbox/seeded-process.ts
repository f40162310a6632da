// Memory and time of a Box of a hundred thousand users that holds a million items at once. Tells how many, MiB and seconds on file descriptor 3.
import { writeSync } from 'node:fs';
import { startBox } from '../../sandbox/box/server.ts';

const items = 1_000_000;
const startedAt = performance.now();
await using box = await startBox({ users: 100_000, journalLimit: 0 });
const { enterprise } = box;
let held = 0;
let users = 0;
for (; users < enterprise.users; users++) {
  const user = enterprise.listed(users);
  if (held >= items) continue;
  const tree = enterprise.content(user);
  // A tree that nobody has changed is grown when somebody asks and dropped again: as if each had been changed.
  enterprise.forest.keep(tree.root);
  const { folders, files, webLinks } = tree.totals();
  held += folders + files + webLinks;
}
const seconds = (performance.now() - startedAt) / 1000;
writeSync(3, JSON.stringify({ users, held, seconds, mib: process.resourceUsage().maxRSS / 1024 }));
