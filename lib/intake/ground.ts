const PREFIX = 'import ';

/** By what the history tells which import has written an event. */
export const groundOf = (id: string): string => `${PREFIX}${id}`;

/** The import that an event's ground names; undefined where a person wrote it. */
export const importIn = (ground: string): string | undefined =>
  ground.startsWith(PREFIX) ? ground.slice(PREFIX.length) : undefined;
