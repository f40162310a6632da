import { parseArgs } from 'node:util';
import { startBox } from './server.ts';

const { values } = parseArgs({
  options: {
    users: { type: 'string', default: '100' },
    port: { type: 'string', default: '0' },
    seed: { type: 'string', default: '1' },
    'content-folders': { type: 'string', default: '600' },
  },
});

const box = await startBox({
  users: Number(values.users),
  port: Number(values.port),
  seed: Number(values.seed),
  contentFolders: Number(values['content-folders']),
});
console.log(`Box simulator   ${box.url}`);
console.log(`uploads         ${box.url}/upload/api`);
console.log(`downloads       ${box.downloadUrl}`);
console.log(`client id       ${box.app.clientId}`);
console.log(`client secret   ${box.app.clientSecret}`);
console.log(`enterprise id   ${box.app.enterpriseId}`);
console.log(`managed users   ${box.enterprise.users}, from 11000001`);
console.log('Ctrl-C ends it.');
process.once('SIGINT', () => void box.close());
