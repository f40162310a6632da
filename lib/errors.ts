/**
 * Every failure that Nightporter reports has one of these codes. They are stable: alarms, run records and scripts match on them.
 * A message is one sentence that says what to do; it never holds a secret, a token, a signature or a payload.
 */
export type ErrorCode =
  | 'ARCHIVE_DIFFERS'
  | 'ARCHIVE_NOT_WRITTEN'
  | 'ACTIONS_FAILED'
  | 'APPROVAL_EXPIRED'
  | 'APPROVAL_REFUSED'
  | 'AWS_REFUSED'
  | 'BOX_ENDPOINT_REFUSED'
  | 'BOX_GRANT_REFUSED'
  | 'BOX_MARKER_REFUSED'
  | 'BOX_PAGE_REPEATED'
  | 'BOX_REQUEST_FAILED'
  | 'BOX_RESPONSE_INVALID'
  | 'BOX_UNREACHABLE'
  | 'COMMAND_FAILED'
  | 'COMMAND_INVALID'
  | 'CURSOR_INVALID'
  | 'DECLARATION_INVALID'
  | 'ENVIRONMENT_INVALID'
  | 'EVENT_INVALID'
  | 'EVENT_NOT_RECORDED'
  | 'JOB_FAILED'
  | 'NOT_DEPLOYED'
  | 'NOTICE_NOT_SENT'
  | 'PARAMS_INVALID'
  | 'PLAN_INCOMPLETE'
  | 'PLAN_INVALID'
  | 'PLAN_NOT_WRITTEN'
  | 'PLAN_TOO_LARGE'
  | 'REPORT_INVALID'
  | 'REPORT_NOT_WRITTEN'
  | 'RUN_NOT_CLAIMED'
  | 'RUN_STOPPED'
  | 'RUN_TOO_LONG'
  | 'SECRET_EMPTY'
  | 'SECRET_INVALID'
  | 'SECRET_UNREADABLE'
  | 'SETTINGS_INVALID'
  | 'TO_BE_CONTINUED'
  | 'TOO_MANY_FAILED'
  | 'USER_LOST'
  | 'WEBHOOKS_NOT_NOTED'
  | 'WORK_LOST';

/** The one error class of the product; subclasses add structured facts, never payloads. */
export class NightporterError extends Error {
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: { readonly cause?: unknown }) {
    super(message, options);
    this.name = 'NightporterError';
    this.code = code;
  }
}
