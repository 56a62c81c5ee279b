import { encode } from 'uqr';
import { html, Markup } from './html.ts';
import { packReceipt } from './receipt-code.ts';

/** Millimetres: what a phone reads off plain office print at arm's length. */
const MODULE_MM = 0.42;
/** Modules of white around the code, as ISO/IEC 18004 asks. */
const QUIET_ZONE = 4;
/** Error correction that survives a fold and a stamp. */
const CORRECTION = 'M';
/** Of the largest code, 40-M. Beyond it the page that verifies asks for the signed text, which stands on the paper too. */
const MAX_BYTES = 2_331;

/** The code that leads to the verification of this very receipt: what it carries stands after `#`, which no server is sent. */
export function scanCode(verifyAddress: string, receipt: string): Markup {
  const whole = `${verifyAddress}#${packReceipt(receipt)}`;
  const { data, size } = encode(whole.length > MAX_BYTES ? verifyAddress : whole, {
    ecc: CORRECTION,
    border: QUIET_ZONE,
  });
  const width = `${Math.round(size * MODULE_MM * 100) / 100}mm`;
  return html`<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${width}" viewBox="0 0 ${size} ${size}"
shape-rendering="crispEdges" role="img"><path d="${new Markup(data.map(rowPath).join(''))}"/></svg>`;
}

/** The dark stretches of one row. */
const rowPath = (row: readonly boolean[], y: number): string =>
  [
    ...row
      .map((dark) => (dark ? '1' : '0'))
      .join('')
      .matchAll(/1+/g),
  ]
    .map(({ 0: { length }, index }) => `M${index} ${y}h${length}v1h-${length}z`)
    .join('');
