import { DEMO_SECRET } from './clients.ts';

/** Organisations of the sample lists, by what a check of them says. */
export const EXAMPLES = { pass: '91430100MA00001700', veto: '91350100M000100Y43' } as const;

const CALLER = 'procurement';
const PRINCIPAL = '11430000000006146T';

/** Shell lines that show what the service does: a token, a check that passes, a check that is vetoed. */
export const linesToCopy = (url: string, issuerUrl: string, examples: { pass: string; veto: string }): string => `
A token, good for an hour:
  TOKEN=$(curl -s -u ${CALLER}:${DEMO_SECRET} -d grant_type=client_credentials ${issuerUrl}/token | sed 's/.*"access_token":"\\([^"]*\\)".*/\\1/')

A check that passes:
  ${check(url, examples.pass)}

A check that is vetoed:
  ${check(url, examples.veto)}
`;

function check(url: string, subject: string): string {
  const question = {
    scene: 'government-procurement',
    principal: { scheme: 'uscc', id: PRINCIPAL },
    matter: { id: 'HN-2026-000142' },
    subjects: [{ scheme: 'uscc', id: subject, role: 'bidder' }],
    operator: 'u-1029',
    purpose: 'qualification review at bid opening',
  };
  const headers = `-H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json' -H 'Accept-Language: en'`;
  return `curl -s ${url}/v1/checks ${headers} -d '${JSON.stringify(question)}'`;
}
