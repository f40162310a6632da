// Bolt's receiver for Lambda, verifying by itself; the app behind it acknowledges and does nothing.
import bolt from '@slack/bolt';

export function slackHandler(signingSecret) {
  const receiver = new bolt.AwsLambdaReceiver({ signingSecret, logLevel: bolt.LogLevel.ERROR });
  receiver.init({ processEvent: ({ ack }) => ack() });
  return receiver.toHandler();
}
