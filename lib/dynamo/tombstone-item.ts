import { Tombstone } from '../seal/tombstone.ts';
import { jsonText, stored } from './attributes.ts';

/** What stays of a deleted record, as the log has it. */
export const TombstoneItem = stored({ body: jsonText(Tombstone) });
