type Check = (argument: unknown) => boolean;

const isText: Check = (argument) => typeof argument === 'string';
const isObject: Check = (argument) => typeof argument === 'object' && argument !== null && !Array.isArray(argument);
/** A list, or an intrinsic that makes one. */
const isList: Check = (argument) => Array.isArray(argument) || isObject(argument);
const any: Check = (argument) => argument !== null && argument !== undefined;
const tuple =
  (...checks: readonly Check[]): Check =>
  (argument) =>
    Array.isArray(argument) && argument.length === checks.length && checks.every((check, index) => check(argument[index]));
const several =
  (least: number, most: number): Check =>
  (argument) =>
    Array.isArray(argument) && argument.length >= least && argument.length <= most && argument.every(isObject);

/** What CloudFormation takes as the argument of each intrinsic that the sandbox knows. */
const shapes: Readonly<Record<string, Check>> = {
  Ref: isText,
  'Fn::GetAtt': (argument) => (isText(argument) && String(argument).includes('.')) || tuple(isText, isText)(argument),
  'Fn::Join': tuple(isText, isList),
  'Fn::Sub': (argument) => isText(argument) || tuple(isText, isObject)(argument),
  'Fn::Select': tuple(any, isList),
  'Fn::Split': tuple(isText, any),
  'Fn::Base64': any,
  'Fn::FindInMap': tuple(any, any, any),
  'Fn::ImportValue': any,
  'Fn::GetStackOutput': (argument) => isObject(argument) && 'StackName' in (argument as object) && 'OutputName' in (argument as object),
  'Fn::If': tuple(
    isText,
    (argument) => argument !== undefined,
    (argument) => argument !== undefined,
  ),
  'Fn::Equals': tuple(any, any),
  'Fn::And': several(2, 10),
  'Fn::Or': several(2, 10),
  'Fn::Not': several(1, 1),
};

/** @throws Error for an intrinsic that the sandbox does not know, or whose argument CloudFormation would refuse */
export function checkIntrinsic(name: string, argument: unknown): void {
  const fits = Object.hasOwn(shapes, name) ? shapes[name] : undefined;
  if (fits === undefined) throw new Error(`the sandbox does not know the intrinsic ${name}`);
  if (!fits(argument)) throw new Error(`the argument of ${name} has not the form that CloudFormation takes`);
}
