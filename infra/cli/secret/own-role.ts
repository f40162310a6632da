import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { NightporterError } from '../../../lib/errors.ts';
import { readAll, send } from '../../../lib/http/send.ts';
import { askAws } from '../ask-aws.ts';
import type { Cli } from '../cli.ts';
import { signedHeaders } from '../endpoint/signed-headers.ts';

/** IAM has one address and one Region in each partition: docs.aws.amazon.com/general/latest/gr/iam-service.html */
const places: Readonly<Record<string, { readonly address: string; readonly region: string }>> = {
  aws: { address: 'https://iam.amazonaws.com', region: 'us-east-1' },
  'aws-cn': { address: 'https://iam.cn-north-1.amazonaws.com.cn', region: 'cn-north-1' },
  'aws-us-gov': { address: 'https://iam.us-gov.amazonaws.com', region: 'us-gov-west-1' },
};

/**
 * ARN of the role that the caller has taken on, as policies see it. The ARN of a session lacks the role's path, which IAM Identity Center gives to
 * all of its roles, so IAM is asked for it.
 * @throws NightporterError `COMMAND_INVALID` where that is no role or IAM does not tell; what `askAws` throws
 */
export async function ownRole(cli: Pick<Cli, 'aws'>): Promise<string> {
  const { Arn = '' } = await askAws('sts:GetCallerIdentity', new STSClient(cli.aws).send(new GetCallerIdentityCommand({})));
  const [, partition = '', name] = /^arn:(aws[a-z-]*):sts::\d{12}:assumed-role\/([^/]+)\//.exec(Arn) ?? [];
  if (name === undefined) {
    throw new NightporterError('COMMAND_INVALID', `Take on a role, or name one: the secrets admit roles, and you are ${Arn}.`);
  }
  const arn = await askIam(cli, partition, name);
  if (arn !== undefined) return arn;
  const sentence = `Name the role by its ARN, with its path, behind "secret admit": IAM does not tell you that of ${name} (iam:GetRole).`;
  throw new NightporterError('COMMAND_INVALID', sentence);
}

/** One call of the query protocol: a client of the SDK for it alone would be one more package to install. */
async function askIam(cli: Pick<Cli, 'aws'>, partition: string, role: string): Promise<string | undefined> {
  const place = places[partition];
  const address = process.env.AWS_ENDPOINT_URL_IAM ?? process.env.AWS_ENDPOINT_URL ?? place?.address;
  if (address === undefined) return undefined;
  const url = new URL('/', address);
  const body = new URLSearchParams({ Action: 'GetRole', Version: '2010-05-08', RoleName: role }).toString();
  const request = { service: 'iam', url, contentType: 'application/x-www-form-urlencoded', body, ...(place && { region: place.region }) };
  const headers = await askAws('iam:GetRole', signedHeaders(cli, request));
  const answer = await askAws('iam:GetRole', send({ method: 'POST', url: url.href, headers, body, repeatable: true }));
  const text = (await readAll(answer.body)).toString();
  return /<Arn>(arn:aws[a-z-]*:iam::\d{12}:role\/[^<]+)<\/Arn>/.exec(text)?.[1];
}
