import type { Decision, Need } from '../iam/authorize.ts';
import type { Role } from '../iam/identities.ts';
import type { LogLine } from '../lambda/attempt.ts';
import type { LogGroups } from './log-events.ts';

export interface LogWriterHost {
  readonly groups: LogGroups;
  /** Of the account's log groups: `arn:aws:logs:<region>:<account>:log-group:`. */
  readonly arnPrefix: string;
  roleOf(functionName: string): Role;
  /** Decides and writes into the journal. */
  ask(role: Role, needs: readonly Need[]): Decision;
}

/** Writes functions' lines as Lambda does: as the function's role, which must be allowed to. Each function asks for a stream once. */
export class LogWriter {
  readonly #host: LogWriterHost;
  readonly #streams = new Map<string, boolean>();

  constructor(host: LogWriterHost) {
    this.#host = host;
  }

  /** @returns false when the line is lost, because the role may not write it */
  write({ functionName, logGroup, logStream, text }: LogLine): boolean {
    const key = JSON.stringify([functionName, logGroup, logStream]);
    const isAllowed = this.#streams.get(key) ?? this.#open(functionName, logGroup, logStream);
    this.#streams.set(key, isAllowed);
    if (isAllowed) this.#host.groups.write(logGroup, logStream, text);
    return isAllowed;
  }

  /** A deployment may have changed who may write where. */
  forget(): void {
    this.#streams.clear();
  }

  #open(functionName: string, logGroup: string, logStream: string): boolean {
    const { groups, arnPrefix, roleOf, ask } = this.#host;
    const arn = `${arnPrefix}${logGroup}:log-stream:`;
    const needs: Need[] = [
      ...(groups.find(logGroup) === undefined ? [{ action: 'logs:CreateLogGroup', resource: arn }] : []),
      { action: 'logs:CreateLogStream', resource: arn },
      { action: 'logs:PutLogEvents', resource: `${arn}${logStream}` },
    ];
    return ask(roleOf(functionName), needs).allowed;
  }
}
