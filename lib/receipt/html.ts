/** Text that is HTML already; everything else is escaped where it is put in. */
export class Markup {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

type Part = Markup | string | number | undefined | readonly Part[];

/** HTML with its parts escaped; `undefined` is nothing, a list is its parts one after the other. */
export const html = (texts: TemplateStringsArray, ...parts: readonly Part[]): Markup =>
  new Markup(texts.reduce((whole, text, index) => whole + markupOf(parts[index - 1]) + text));

function markupOf(part: Part): string {
  if (part instanceof Markup) return part.text;
  if (typeof part === 'object') return part.map(markupOf).join('');
  return part === undefined ? '' : String(part).replace(SPECIAL, (character) => `&#${character.charCodeAt(0)};`);
}

const SPECIAL = /[&<>"'`]/g;
