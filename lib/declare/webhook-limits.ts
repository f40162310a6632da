/** Bytes of a body. Box states no limit; the largest item has a full path and a long description, far below this. */
export const maxBodyBytes = 256 * 1024;

/** The largest that a message in the queue can be: such a body in base64, and its attributes. docs.aws.amazon.com: "SQS message quotas" */
export const maxMessageBytes = 350 * 1024;
