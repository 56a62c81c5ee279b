import * as z from 'zod/mini';
import type { OpenGrant } from '../check-log/grant.ts';
import type { CheckLogReader } from '../check-log/ports.ts';
import type { Matter } from '../retention/matter.ts';
import type { Alert } from './alert.ts';

/** How far a write has been followed: everything before has its alerts, and they are told. */
export const Progress = z.strictObject({
  /** Which of its changes, from 0. */
  change: z.int(),
  stage: z.enum(['grants', 'checks']),
  before: z.optional(z.string()),
});
export type Progress = z.infer<typeof Progress>;

/** Where alerts are raised. */
export interface AlertRaiser {
  /** Puts an alert, unless it stands there; resolves with the one that stands. */
  raise(alert: Alert): Promise<Alert>;
  /** Of the write whose first change it is. */
  progress(changeId: string): Promise<Progress | undefined>;
  reach(changeId: string, progress: Progress): Promise<void>;
}

/** What an alert is found with. */
export interface AlertingPorts {
  readonly log: Pick<CheckLogReader, 'record' | 'stretch'>;
  readonly grants: {
    /** Grants to a subject, newest first, before a position. */
    to(
      subject: string,
      before: string | undefined,
      limit: number,
    ): Promise<{ grants: readonly OpenGrant[]; reached: string | undefined }>;
  };
  matter(caller: string, matter: string): Promise<Matter | undefined>;
  readonly alerts: AlertRaiser;
  /** Tells of alerts; rejects where it is not known that all were taken. */
  tell(alerts: readonly Alert[]): Promise<void>;
  /** Called for a record that cannot be read: it stays unalerted. */
  unreadable(checkId: string): void;
}

/** Where alerts are read and answered. */
export interface AlertBook {
  read(id: string): Promise<Alert | undefined>;
  /** Resolves with false where it has been answered meanwhile. */
  acknowledge(alert: Alert): Promise<boolean>;
  /** A caller's, newest first, before a position. */
  page(
    caller: string,
    state: 'open' | 'acknowledged',
    before: string | undefined,
    limit: number,
  ): Promise<{ items: readonly Alert[]; reached: string | undefined }>;
}
