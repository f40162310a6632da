import { RemovalPolicy, Validations } from 'aws-cdk-lib';
import { CfnStage, HttpApi, HttpMethod } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { FunctionUrlAuthType, type IFunction } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { Stage } from '../settings.ts';

export interface WebhookIngressProps {
  readonly stage: Stage;
}

/** How Box reaches receivers: a function URL for each, or one HTTP API with a route for each. */
export class WebhookIngress extends Construct {
  private readonly stage: Stage;
  private readonly api: HttpApi | undefined;

  constructor(scope: Construct, id: string, { stage }: WebhookIngressProps) {
    super(scope, id);
    this.stage = stage;
    this.api = stage.ingress === 'http-api' ? this.httpApi() : undefined;
  }

  /** Opens a way to the function. @returns the address for Box */
  open(name: string, target: IFunction): string {
    // Box knows no IAM: whoever sends is known by the signature.
    if (!this.api) return target.addFunctionUrl({ authType: FunctionUrlAuthType.NONE }).url;
    const [route] = this.api.addRoutes({
      path: `/${name}`,
      methods: [HttpMethod.POST],
      integration: new HttpLambdaIntegration(name, target),
    });
    if (route) {
      Validations.of(route).acknowledge({
        id: 'AwsSolutions-APIG4',
        reason: 'Box can neither sign for IAM nor bring a token: the function verifies the signature of each message.',
      });
    }
    return `${this.api.apiEndpoint}/${name}`;
  }

  private httpApi(): HttpApi {
    const api = new HttpApi(this, 'Api', { description: `Webhooks of Box (Nightporter ${this.stage.name})` });
    const logs = new LogGroup(this, 'AccessLogs', {
      retention: this.stage.logRetentionDays as RetentionDays,
      removalPolicy: this.stage.production ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    });
    const fields = { time: '$context.requestTime', route: '$context.routeKey', status: '$context.status', request: '$context.requestId' };
    const stage = api.defaultStage?.node.defaultChild;
    if (stage instanceof CfnStage) {
      // Per second; what is more is answered with 429, and Box sends it again.
      stage.defaultRouteSettings = { throttlingRateLimit: 500, throttlingBurstLimit: 1000 };
      stage.accessLogSettings = { destinationArn: logs.logGroupArn, format: JSON.stringify(fields) };
    }
    return api;
  }
}
