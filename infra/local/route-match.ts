import type { Route } from '../../lib/edge/routes.ts';

export interface RouteMatch {
  readonly route: Route;
  /** What stands in the place of each `{name}`. */
  readonly parameters: Readonly<Record<string, string>>;
}

const VARIABLE = /^\{(.+)\}$/;

/**
 * The route that API Gateway chooses: among those of the method, one with a segment's own name before one with a
 * variable there. A variable never stands for nothing, and a trailing slash is a segment of its own.
 */
export function matchRoute(routes: readonly Route[], method: string, path: string): RouteMatch | undefined {
  const matches = routes.flatMap((route) => {
    const parameters = route.method === method ? parametersOf(route.path, path) : undefined;
    return parameters === undefined ? [] : [{ route, parameters }];
  });
  return matches.sort((one, other) => specificity(one.route).localeCompare(specificity(other.route)))[0];
}

function parametersOf(pattern: string, path: string): Record<string, string> | undefined {
  const segments = path.split('/');
  const expected = pattern.split('/');
  if (segments.length !== expected.length) return undefined;
  const parameters: Record<string, string> = {};
  for (const [index, segment] of segments.entries()) {
    const name = VARIABLE.exec(expected[index] ?? '')?.[1];
    if (name === undefined && segment !== expected[index]) return undefined;
    if (name !== undefined && segment === '') return undefined;
    if (name !== undefined) parameters[name] = segment;
  }
  return parameters;
}

/** Sorts a route with names in its first segments before one with variables there. */
const specificity = ({ path }: Route): string =>
  path
    .split('/')
    .map((segment) => (VARIABLE.test(segment) ? '1' : '0'))
    .join('');
