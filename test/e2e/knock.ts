import type { Sandbox } from '../sandbox/sandbox.ts';

export interface Knocked {
  readonly status: number;
  readonly answer: { readonly error?: { readonly code: string; readonly message: string } } & Record<string, unknown>;
}

export interface Knocker {
  /** Whose signature it is; the sandbox's operator's if left out. */
  readonly accessKey?: string;
  /** Whose function it is, where several are deployed. */
  readonly stage?: string;
}

/** A signed request to a function behind a URL. */
export async function knock(
  { aws }: Pick<Sandbox, 'aws'>,
  endpoint: 'Operations' | 'Approvals',
  request: object,
  { accessKey, stage }: Knocker = {},
): Promise<Knocked> {
  const { operator } = aws;
  const stack = aws.stacks().find((name) => (stage === undefined ? name.endsWith('-Jobs') : name === `Nightporter-${stage}-Jobs`)) ?? '';
  const url = aws.outputs(stack)[`${endpoint}Url`] ?? '';
  const scope = `${accessKey ?? operator.accessKeyId}/20261122/${operator.region}/lambda/aws4_request`;
  const authorization = `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=none`;
  const headers = { authorization, 'content-type': 'application/json' };
  const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(request) });
  return { status: response.status, answer: (await response.json()) as Knocked['answer'] };
}
