import { openApiHandler } from './handler.ts';

export const handler = openApiHandler();
