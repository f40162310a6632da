import { CfnCondition, CfnOutput, CfnParameter, Fn, type IResolvable, type Stack } from 'aws-cdk-lib';

/** Whether schedules start anything yet, as a deployment decides it. */
export interface Armed {
  /** State of a schedule. */
  readonly state: string;
  /** Whether an alarm that listens for runs tells anybody. */
  readonly actionsEnabled: IResolvable | boolean;
}

/** Schedules start runs, whatever a deployment says. */
export const alwaysArmed: Armed = { state: 'ENABLED', actionsEnabled: true };

/**
 * A stage is armed by a deployment, when the doctor has found that Box answers: a first deployment with schedules on would fail every hour
 * until the secret is there. It is a parameter of the stack, because CloudFormation keeps that: a later deployment, from whatever machine,
 * which does not mention it leaves it as it is. A setting or a flag of synthesis would be forgotten, and the stage with it.
 */
export function armedBy(stack: Stack, fromStart: boolean): Armed {
  const parameter = new CfnParameter(stack, 'Armed', {
    type: 'String',
    allowedValues: ['true', 'false'],
    default: String(fromStart),
    description: 'Whether schedules start runs; kept by later deployments that do not name it',
  });
  const isArmed = new CfnCondition(stack, 'StageIsArmed', { expression: Fn.conditionEquals(parameter.valueAsString, 'true') });
  new CfnOutput(stack, 'IsArmed', { value: parameter.valueAsString });
  return {
    state: Fn.conditionIf(isArmed.logicalId, 'ENABLED', 'DISABLED').toString(),
    actionsEnabled: Fn.conditionIf(isArmed.logicalId, true, false),
  };
}
