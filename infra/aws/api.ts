import { RemovalPolicy, Validations } from 'aws-cdk-lib';
import { CfnStage, HttpApi, HttpMethod, type HttpRoute } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpJwtAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { type FunctionName, ROUTES } from '../../lib/edge/routes.ts';
import { LOG_RETENTION } from './function.ts';

/**
 * Requests a second, over all callers, and how many may come at once. A new on-demand table takes 4,000 write units a
 * second, a check takes four or five: the gateway says 429 before the table would make a check fail.
 */
const USUAL = { throttlingRateLimit: 500, throttlingBurstLimit: 1000 };
/** One of these is up to a hundred checks. */
const BATCH_ROUTE = 'POST /v1/check-batches';
const BATCHES = { ThrottlingRateLimit: 5, ThrottlingBurstLimit: 10 };
/** Open to everyone, and arithmetic: papers that people hold in their hands come more slowly. */
const VERIFY_ROUTES = ['GET /verify', 'POST /verify'];
const VERIFICATIONS = { ThrottlingRateLimit: 20, ThrottlingBurstLimit: 40 };

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
    const routes = ROUTES.flatMap(({ method, path, handledBy, open }) => {
      const integration =
        integrations.get(handledBy) ?? new HttpLambdaIntegration(`to-${handledBy}`, functions[handledBy]);
      integrations.set(handledBy, integration);
      const added = this.http.addRoutes({
        path,
        methods: [HttpMethod[method]],
        integration,
        ...(!open && { authorizer }),
      });
      if (open)
        for (const route of added)
          Validations.of(route).acknowledge({
            id: 'AwsSolutions-APIG4',
            reason: VERIFY_ROUTES.includes(`${method} ${path}`)
              ? `${method} ${path} is open for who holds a receipt on paper: it reads nothing, and says of what it is given whether it was signed here.`
              : `${method} ${path} is open by contract: it shows what the law publishes, and nothing of a subject.`,
          });
      return added;
    });
    this.#stage(routes);
  }

  #stage(routes: readonly HttpRoute[]): void {
    const logGroup = new LogGroup(this, 'AccessLogs', {
      retention: LOG_RETENTION,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    // Of the first level: the second knows no throttle for one route.
    const stage = new CfnStage(this, 'Stage', {
      apiId: this.http.apiId,
      stageName: '$default',
      autoDeploy: true,
      defaultRouteSettings: USUAL,
      routeSettings: {
        [BATCH_ROUTE]: BATCHES,
        ...Object.fromEntries(VERIFY_ROUTES.map((route) => [route, VERIFICATIONS])),
      },
      accessLogSettings: { destinationArn: logGroup.logGroupArn, format: JSON.stringify(ACCESS_LOG) },
    });
    // Settings of a route that is not there yet are an error.
    stage.node.addDependency(...routes);
  }
}
