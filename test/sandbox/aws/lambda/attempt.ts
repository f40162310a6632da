/** What became of one invocation. */
export interface Attempt {
  readonly outcome: 'response' | 'error' | 'timeout' | 'exit';
  /** The handler's answer, or Lambda's error object ({errorType, errorMessage, trace}). */
  readonly payload: unknown;
  readonly durationMs: number;
  /** Only for a cold start. */
  readonly initMs?: number;
  readonly requestId: string;
  readonly coldStart: boolean;
  /** `$LATEST`, or the number of the version that ran. */
  readonly executedVersion: string;
}

export interface LogLine {
  readonly functionName: string;
  readonly logGroup: string;
  /** Names the version that wrote it, in brackets. */
  readonly logStream: string;
  /** Absent for what is written outside an invocation (init). */
  readonly requestId?: string;
  readonly text: string;
}
