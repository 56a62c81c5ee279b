import { Field, type Profile } from './profile.ts';

const PLACEHOLDER = /\{(\w+)\}/g;

/** A template with the values of the fields that it names; empty where one is: a document without a day is none. */
export function compose(template: string, { composed }: Profile, value: (field: Field) => string): string {
  let lacking = false;
  const text = template.replace(PLACEHOLDER, (_, name: string) => {
    const field = Field.options.find((option) => option === name);
    // A composed value is not made of another: it could be made of itself.
    const part = field === undefined || composed?.[field] !== undefined ? '' : value(field);
    lacking ||= part === '';
    return part;
  });
  return lacking ? '' : text;
}
