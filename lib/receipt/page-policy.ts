import { createHash } from 'node:crypto';

interface Allowed {
  readonly style: string;
  readonly script?: string;
  /** Whether it has a form; that goes to where the page is from. */
  readonly form?: true;
}

/** The policy under which a page is sent: what it carries itself, and nothing else of any kind from anywhere. */
export const pagePolicy = ({ style, script, form }: Allowed): string =>
  [
    "default-src 'none'",
    ...(script === undefined ? [] : [`script-src ${digestOf(script)}`]),
    `style-src ${digestOf(style)}`,
    "base-uri 'none'",
    `form-action ${form ? "'self'" : "'none'"}`,
    "frame-ancestors 'none'",
  ].join('; ');

const digestOf = (content: string): string => `'sha256-${createHash('sha256').update(content).digest('base64')}'`;
