import { createRequire } from 'node:module';
import { peersFolder } from '../peers-folder.ts';

export interface Certificate {
  /** PEM. */
  readonly key: string;
  readonly cert: string;
}

interface Selfsigned {
  generate(attributes: readonly { name: string; value: string }[], options: object): Promise<{ private: string; cert: string }>;
}

/** A new P-256 certificate for 127.0.0.1, so that no key stands in the repository. */
export async function makeCertificate(): Promise<Certificate> {
  const selfsigned = createRequire(`${peersFolder}/`)('selfsigned') as Selfsigned;
  const extensions = [
    { name: 'basicConstraints', cA: true },
    { name: 'subjectAltName', altNames: [{ type: 7, ip: '127.0.0.1' }] },
  ];
  const options = { keyType: 'ec', curve: 'P-256', algorithm: 'sha256', extensions };
  const { private: key, cert } = await selfsigned.generate([{ name: 'commonName', value: '127.0.0.1' }], options);
  return { key, cert };
}
