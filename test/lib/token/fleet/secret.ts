import type { BoxSimulator } from '../../../sandbox/box/server.ts';
import type { Answer } from './internet.ts';

/** The client secret at both ends: what Secrets Manager holds, and what Box takes. */
export class ClientSecret {
  #version = 1;
  #held: string;
  /** An old one that Box takes too. */
  #alsoTaken: string | undefined;
  /** Every client secret that there was. */
  readonly values: string[] = [];
  readonly #box: BoxSimulator;
  readonly #now: () => number;

  constructor(box: BoxSimulator, now: () => number) {
    this.#box = box;
    this.#now = now;
    this.#held = box.app.clientSecret;
    this.values.push(this.#held);
  }

  /** GetSecretValue. */
  answer(): Answer {
    const { clientId, enterpriseId } = this.#box.app;
    const SecretString = JSON.stringify({
      boxAppSettings: { clientID: clientId, clientSecret: this.#held },
      enterpriseID: enterpriseId,
    });
    const body = Buffer.from(JSON.stringify({ SecretString, VersionId: `v${this.#version}` }));
    return { status: 200, headers: { 'content-type': 'application/x-amz-json-1.1' }, body };
  }

  /** As Box reads the form of a token request. */
  read(form: Buffer): Buffer {
    const text = form.toString();
    return this.#alsoTaken === undefined ? form : Buffer.from(text.replace(this.#alsoTaken, this.#box.app.clientSecret));
  }

  /** "Reset" in Box's console. */
  reset({ oldLives }: { readonly oldLives: boolean }): void {
    this.#alsoTaken = oldLives ? this.#box.app.clientSecret : undefined;
    this.#box.app.resetSecret(`secret-of-${this.#now()}-${this.#version}`);
    this.values.push(this.#box.app.clientSecret);
  }

  /** Somebody puts the secret that Box takes into Secrets Manager. */
  promote(): void {
    this.#put(this.#box.app.clientSecret);
  }

  putWrong(): void {
    this.#put('copied-from-another-app');
  }

  get matches(): boolean {
    return this.#held === this.#box.app.clientSecret || this.#held === this.#alsoTaken;
  }

  #put(value: string): void {
    if (value === this.#held) return;
    this.#held = value;
    this.#version++;
  }
}
