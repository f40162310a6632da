import { z } from 'nightporter';

/** ARN of one resource that has no Region: a wildcard would name whoever fits it. */
export const arn = (service: string, resource: string, what: string) =>
  z
    .string()
    .check(
      z.regex(new RegExp(`^arn:aws[a-z-]*:${service}::\\d{12}:${resource}/.+$`), `use the ARN of ${what}`),
      z.regex(/^[^*?]+$/, `name ${what} without wildcards`),
    );

export const roleArn = arn('iam', 'role', 'an IAM role');
