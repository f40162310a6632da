import type { IncomingMessage } from 'node:http';
import { AwsRequest } from '../../http/aws-request.ts';
import type { Need } from '../../iam/authorize.ts';
import type { Gatekeeper } from '../../iam/gatekeeper.ts';
import { operatorSessionArn, type Principal, type Role } from '../../iam/identities.ts';
import type { OpenCall } from '../../journal.ts';
import type { FunctionUrl } from './function-urls.ts';
import type { UrlCaller } from './url-event.ts';

export interface Admission {
  readonly caller: UrlCaller | 'refused' | undefined;
  /** Writes the status of the answer into the journal. */
  settle(status: number): void;
}

/** Whoever comes without credentials: only what is allowed to `*` is allowed to it. */
const anonymous: Role = {
  name: 'anonymous',
  arn: 'anonymous',
  id: 'anonymous',
  accessKeyId: '',
  secretAccessKey: '',
  sessionToken: '',
  trust: [],
  policies: new Map(),
  boundary: undefined,
};

/** Decides who may call a Function URL: by the role that signed, or by what the function's policy allows to everybody. */
export class UrlDoor {
  readonly #gatekeeper: Gatekeeper;
  readonly #accountId: string;
  readonly #region: string;

  constructor(gatekeeper: Gatekeeper, accountId: string, region: string) {
    this.#gatekeeper = gatekeeper;
    this.#accountId = accountId;
    this.#region = region;
  }

  admit(url: FunctionUrl, incoming: IncomingMessage): Admission {
    const [first, ...others] = needsOf(url);
    const accessKeyId = url.authType === 'NONE' ? undefined : signer(incoming, this.#region);
    const principal = url.authType === 'NONE' ? anonymous : this.#gatekeeper.identities.byAccessKey(accessKeyId ?? '');
    if (principal === undefined) {
      const call = this.#gatekeeper.note(undefined, first, 'The request is not signed for lambda in this Region with a known access key.');
      return { caller: 'refused', settle: settling([call]) };
    }
    const { decision, calls } = this.#gatekeeper.ask(principal, [first, ...others]);
    if (!decision.allowed) return { caller: 'refused', settle: settling(calls) };
    return { caller: accessKeyId === undefined ? undefined : this.#identity(principal, accessKeyId), settle: settling(calls) };
  }

  #identity(principal: Principal, accessKey: string): UrlCaller {
    const accountId = this.#accountId;
    if (principal === 'operator') return { accessKey, accountId, callerId: 'operator', userArn: operatorSessionArn(accountId) };
    const session = this.#gatekeeper.identities.session(accessKey)?.name ?? 'sandbox';
    const userArn = `arn:aws:sts::${accountId}:assumed-role/${principal.name}/${session}`;
    return { accessKey, accountId, callerId: `${principal.id}:${session}`, userArn };
  }
}

/** Both permissions are needed since October 2025 (AWS doc: "Controlling access to Lambda function URLs"). */
function needsOf({ functionArn: resource, authType }: FunctionUrl): readonly [Need, ...Need[]] {
  return [
    { action: 'lambda:InvokeFunctionUrl', resource, context: { 'lambda:FunctionUrlAuthType': authType } },
    { action: 'lambda:InvokeFunction', resource, context: { 'lambda:InvokedViaFunctionUrl': 'true' } },
  ];
}

function settling(calls: readonly OpenCall[]): Admission['settle'] {
  return (status) => {
    for (const call of calls) call.status = status;
  };
}

function signer(incoming: IncomingMessage, region: string): string | undefined {
  const credential = new AwsRequest(incoming).credential();
  return credential?.service === 'lambda' && credential.region === region ? credential.accessKeyId : undefined;
}
