/**
 * Every failure that Nightporter reports has one of these codes, here with what it means for people who read it in a status. They are
 * stable: alarms, run records and scripts match on them.
 * A message is one sentence that says what to do; it never holds a secret, a token, a signature or a payload.
 */
export const errorCodes = {
  ACTIONS_FAILED: 'Some actions of a plan failed; the others are done.',
  APPROVAL_EXPIRED: 'The approval of a plan ended before all of it was applied.',
  APPROVAL_REFUSED: 'A decision on a plan does not count, or is none.',
  ARCHIVE_DIFFERS: 'The copy is not what Box says the file is.',
  ARCHIVE_NOT_WRITTEN: 'S3 took no copy, or not where it had got to.',
  AWS_REFUSED: 'AWS refused a command or a read, or gave no answer.',
  AWS_UNREACHABLE: 'AWS was away for longer than a client tries.',
  BOX_CALLS_PAUSED: 'Box has asked the app to call later; a call was not made.',
  BOX_ENDPOINT_REFUSED: 'A request would have left Box; it was not sent.',
  BOX_GRANT_REFUSED: 'Box gives the app no token.',
  BOX_MARKER_REFUSED: 'Box has forgotten the page at which a walk stopped.',
  BOX_PAGE_REPEATED: 'A list of Box goes round in a circle.',
  BOX_REQUEST_FAILED: 'Box answered a call with an error.',
  BOX_REQUEST_INVALID: 'A job asked for a call that is not offered; it was not sent.',
  BOX_RESPONSE_INVALID: 'Something between us and Box answered in its place.',
  BOX_UNREACHABLE: 'The connection to Box failed.',
  COMMAND_FAILED: 'A command ended in a way that nobody had foreseen.',
  COMMAND_INVALID: 'A command can’t be carried out as it was typed.',
  CURSOR_INVALID: 'What a walk should go on from is no cursor.',
  DECLARATION_INVALID: 'A job’s or a webhook’s file declares what can’t be.',
  ENVIRONMENT_INVALID: 'A function lacks a variable, or it holds something else.',
  EVENT_INVALID: 'A function was started with what is no event for it.',
  EVENT_NOT_RECORDED: 'How far a webhook’s event is could not be written down.',
  HANDLER_DIED: 'No attempt at an event came to an end: what handled it died each time.',
  JOB_FAILED: 'The job’s own code threw.',
  NOTICE_NOT_SENT: 'A mail could not be handed over.',
  NOT_DEPLOYED: 'What a command asks about is not there yet.',
  PARAMS_INVALID: 'A job’s params are not as its schema says.',
  PLAN_INCOMPLETE: 'A plan saw only a part of the world, and may not be applied.',
  PLAN_INVALID: 'A plan is not as a run writes it, or can’t be read.',
  PLAN_NOT_WRITTEN: 'S3 took no plan, or not what became of it.',
  PLAN_TOO_LARGE: 'A plan is larger than the job’s limits.',
  REPORT_INVALID: 'A report is not as its columns or its page demand.',
  REPORT_NOT_WRITTEN: 'S3 took no report.',
  RUN_NOT_CLAIMED: 'A run could not claim its due time, or lost it.',
  RUN_STOPPED: 'A person stopped the run.',
  RUN_TOO_LONG: 'The work was stopped before its time limit.',
  SECRET_EMPTY: 'The secret has no value yet.',
  SECRET_INVALID: 'The secret’s value has another shape.',
  SECRET_UNREADABLE: 'Secrets Manager did not hand the secret over.',
  SETTINGS_INVALID: 'A setting that a job asks for is missing or wrong.',
  SHARD_LOST: 'A shard of a run ended without an answer.',
  STEP_LOST: 'A step took its process along again and again.',
  TOO_MANY_FAILED: 'More users failed than the run bears.',
  TO_BE_CONTINUED: 'No failure: the work goes on in the next invocation.',
  USER_LOST: 'What a user’s part ended with is not known.',
  WEBHOOKS_NOT_NOTED: 'What is known of Box’s webhooks could not be read or written.',
  WEBHOOKS_TAKEN_OVER: 'A round over Box’s webhooks was too slow, and another has come in between.',
  WORK_LOST: 'What a step left for the next one could not be read or written.',
} as const;

export type ErrorCode = keyof typeof errorCodes;

export function isErrorCode(text: string): text is ErrorCode {
  return Object.hasOwn(errorCodes, text);
}

/** The class of every error of the product; subclasses add structured facts, never payloads. */
export class NightporterError extends Error {
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: { readonly cause?: unknown }) {
    super(message, options);
    this.name = 'NightporterError';
    this.code = code;
  }
}

/** Of whatever was thrown: what is none of ours came from a job. */
export function codeOf(error: unknown): ErrorCode {
  return error instanceof NightporterError ? error.code : 'JOB_FAILED';
}
