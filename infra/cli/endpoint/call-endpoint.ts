import * as z from 'zod/mini';
import { isErrorCode, NightporterError } from '../../../lib/errors.ts';
import { readAll, send } from '../../../lib/http/send.ts';
import { askAws } from '../ask-aws.ts';
import type { Cli } from '../cli.ts';
import { signedHeaders } from './signed-headers.ts';

const timeoutMs = 25_000;

const refusal = z.object({ error: z.object({ code: z.string(), message: z.string() }) });

/**
 * One signed request to a function behind a URL, which learns from the signature who asks.
 * @param what its place in a sentence: "operations"
 * @throws NightporterError with the function's own code and sentence, `AWS_REFUSED` where Lambda lets nobody in
 */
export async function callEndpoint(cli: Pick<Cli, 'aws'>, what: string, url: string | undefined, request: object): Promise<unknown> {
  if (url === undefined) throw new NightporterError('NOT_DEPLOYED', `Deploy the stage again: it has no function for ${what}.`);
  const body = JSON.stringify(request);
  const signed = signedHeaders(cli, { service: 'lambda', url: new URL(url), contentType: 'application/json', body });
  const headers = await askAws('lambda:InvokeFunctionUrl', signed);
  const answer = await send({ method: 'POST', url, headers, body, timeoutMs, repeatable: false }).catch((error: unknown): never => {
    const code = (error as { readonly code?: string } | null)?.code ?? 'no answer';
    throw new NightporterError(
      'AWS_REFUSED',
      `Look whether it happened before you try again: the function for ${what} gave no answer (${code}).`,
    );
  });
  const value = fromJson(Buffer.from(await readAll(answer.body)).toString());
  if (answer.status === 200) return value;
  const refused = refusal.safeParse(value);
  if (refused.success) {
    const { code, message } = refused.data.error;
    throw new NightporterError(isErrorCode(code) ? code : 'COMMAND_FAILED', message);
  }
  if (answer.status !== 403)
    throw new NightporterError('AWS_REFUSED', `Read the log of the function for ${what}: it answered ${answer.status}.`);
  throw new NightporterError('AWS_REFUSED', `Let your identity call the function for ${what}: AWS refused it (HTTP 403).`);
}

function fromJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
