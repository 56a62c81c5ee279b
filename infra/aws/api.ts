import { RemovalPolicy, Validations } from 'aws-cdk-lib';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import { HttpApi, HttpMethod, HttpStage, LogGroupLogDestination } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpJwtAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { type FunctionName, ROUTES } from '../../lib/edge/routes.ts';
import { LOG_RETENTION } from './function.ts';

/**
 * Requests a second, over all callers. A new on-demand table takes 4,000 write units a second and a check of one
 * subject five at most: the gateway says 429 before the table would make a check fail.
 */
const RATE_LIMIT = 500;
const BURST_LIMIT = 1000;

// The route and not the path, the calling system and not the person, neither address nor query: nothing of anyone.
const ACCESS_LOG = {
  requestId: '$context.requestId',
  at: '$context.requestTimeEpoch',
  route: '$context.routeKey',
  status: '$context.status',
  latencyMs: '$context.responseLatency',
  functionMs: '$context.integrationLatency',
  functionStatus: '$context.integrationStatus',
  client: '$context.authorizer.claims.client_id',
  refusal: '$context.error.responseType',
};

export interface ApiProps {
  /** Of the tokens, as their `iss` says: its OpenID configuration must be reachable from the internet. */
  readonly issuer: string;
  readonly audience: string[];
  readonly functions: Readonly<Record<FunctionName, IFunction>>;
}

/**
 * The HTTP API: every route of the contract, a token asked for on each that is not open. Which scopes a token needs is
 * the functions' business, so that a refusal carries a problem and not the gateway's body. CORS stays off: callers are
 * systems.
 */
export class Api extends Construct {
  readonly http: HttpApi;

  constructor(scope: Construct, id: string, { issuer, audience, functions }: ApiProps) {
    super(scope, id);
    this.http = new HttpApi(this, 'Http', { apiName: 'Grantgate', createDefaultStage: false });
    const authorizer = new HttpJwtAuthorizer('Tokens', issuer, { jwtAudience: audience });
    const integrations = new Map<FunctionName, HttpLambdaIntegration>();
    for (const { method, path, handledBy, open } of ROUTES) {
      const integration = integrations.get(handledBy) ?? new HttpLambdaIntegration(handledBy, functions[handledBy]);
      integrations.set(handledBy, integration);
      const routes = this.http.addRoutes({
        path,
        methods: [HttpMethod[method]],
        integration,
        ...(!open && { authorizer }),
      });
      if (open)
        for (const route of routes)
          Validations.of(route).acknowledge({
            id: 'AwsSolutions-APIG4',
            reason: `${method} ${path} is open by contract: it shows what the law publishes, and nothing of a subject.`,
          });
    }
    this.#stage();
  }

  #stage(): void {
    const logGroup = new LogGroup(this, 'AccessLogs', {
      retention: LOG_RETENTION,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    new HttpStage(this, 'Stage', {
      httpApi: this.http,
      stageName: '$default',
      autoDeploy: true,
      throttle: { rateLimit: RATE_LIMIT, burstLimit: BURST_LIMIT },
      accessLogSettings: {
        destination: new LogGroupLogDestination(logGroup),
        format: AccessLogFormat.custom(JSON.stringify(ACCESS_LOG)),
      },
    });
  }
}
