import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { get as httpsGet } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startBox } from '../server.ts';

const certificate = makeCertificate();
if (!certificate) console.log('Skipped: the simulator over https. It takes an openssl on the path to make a certificate.');

test.skipIf(!certificate)('given a certificate, the simulator speaks https', async () => {
  const tls = certificate ?? { key: '', cert: '' };
  await using box = await startBox({ users: 1, contentFolders: 1, tls });
  expect(box.url).toMatch(/^https:\/\/127\.0\.0\.1:\d+$/);
  const status = await new Promise((resolve, reject) => {
    httpsGet(`${box.url}/2.0/users/me`, { ca: tls.cert }, (response) => resolve(response.statusCode)).on('error', reject);
  });
  expect(status).toBe(401);
});

function makeCertificate(): { key: string; cert: string } | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'box-tls-'));
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  try {
    const subject = ['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1', '-days', '2'];
    const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1'];
    execFileSync('openssl', ['req', '-x509', '-nodes', ...curve, ...subject, '-keyout', key, '-out', cert], { stdio: 'ignore' });
    return { key: readFileSync(key, 'utf8'), cert: readFileSync(cert, 'utf8') };
  } catch {
    return undefined;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
