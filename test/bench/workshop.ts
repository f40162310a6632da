import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildPeers } from './build/build-peers.ts';
import { buildProduct } from './build/build-product.ts';
import { installPeers } from './install-peers.ts';
import { makeCertificate } from './loopback/certificate.ts';
import { type Origin, startOrigin } from './loopback/start-origin.ts';

/** What cold and warm are measured with: everything built, and two servers to talk to. */
export interface Workshop extends AsyncDisposable {
  readonly layer: string;
  /** `index.mjs` of one of our jobs. */
  product(job: string): string;
  /** `index.mjs` of one of the peers. */
  peer(name: string): string;
  readonly box: Origin;
  readonly aws: Origin;
  /** The environment of every function, whoever made it. */
  readonly environment: Readonly<Record<string, string>>;
}

export async function openWorkshop(): Promise<Workshop> {
  await installPeers();
  const folder = await mkdtemp(join(tmpdir(), 'nightporter-bench-'));
  const certificate = await makeCertificate();
  const trusted = join(folder, 'ca.pem');
  await writeFile(trusted, certificate.cert);
  await Promise.all([buildProduct(join(folder, 'product')), buildPeers(join(folder, 'peers'))]);
  const [box, aws] = await Promise.all([startOrigin(certificate), startOrigin(certificate)]);
  return {
    layer: join(folder, 'product/layer'),
    product: (job) => join(folder, 'product/functions', job, 'index.mjs'),
    peer: (name) => join(folder, 'peers', name, 'index.mjs'),
    box,
    aws,
    environment: environmentOf(box, trusted),
    async [Symbol.asyncDispose]() {
      box[Symbol.dispose]();
      aws[Symbol.dispose]();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** As Lambda sets it, with one origin for Box and AWS. */
function environmentOf({ url }: Origin, trusted: string): Readonly<Record<string, string>> {
  return {
    PATH: process.env.PATH ?? '',
    TZ: ':UTC',
    NODE_EXTRA_CA_CERTS: trusted,
    AWS_REGION: 'eu-west-1',
    AWS_ACCESS_KEY_ID: 'bench',
    AWS_SECRET_ACCESS_KEY: 'bench',
    AWS_ENDPOINT_URL: url,
    AWS_LAMBDA_FUNCTION_NAME: 'bench',
    BOX_ENDPOINT_URL: url,
    BOX_SECRET_ARN: 'arn:aws:secretsmanager:eu-west-1:000000000000:secret:box',
    NIGHTPORTER_STAGE: 'bench',
    NIGHTPORTER_JOB: 'bench',
    BENCH_EVENT: JSON.stringify({ scheduledTime: '2026-11-22T02:00:00Z' }),
  };
}
