import type { Sandbox } from '../sandbox/sandbox.ts';

export interface Knocked {
  readonly status: number;
  readonly answer: { readonly error?: { readonly code: string; readonly message: string } } & Record<string, unknown>;
}

/** A request to a function behind a URL, signed by the sandbox's operator or by whoever has that access key. */
export async function knock(sandbox: Sandbox, endpoint: 'Operations' | 'Approvals', request: object, accessKey?: string): Promise<Knocked> {
  const { operator } = sandbox.aws;
  const stack = sandbox.aws.stacks().find((name) => name.endsWith('-Jobs')) ?? '';
  const url = sandbox.aws.outputs(stack)[`${endpoint}Url`] ?? '';
  const scope = `${accessKey ?? operator.accessKeyId}/20261122/${operator.region}/lambda/aws4_request`;
  const authorization = `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=none`;
  const headers = { authorization, 'content-type': 'application/json' };
  const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(request) });
  return { status: response.status, answer: (await response.json()) as Knocked['answer'] };
}
