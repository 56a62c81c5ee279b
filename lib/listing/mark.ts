import * as z from 'zod/mini';
import { statedText } from '../kernel/text.ts';

/** The body of `POST /v1/listings/<id>/{proceedings,reorganisation}`: whether it is pending, and by which paper. */
export const MarkRequest = z.strictObject({ pending: z.boolean(), reference: statedText(300) });
