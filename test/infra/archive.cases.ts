import { AwsSolutionsChecks } from 'cdk-nag';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { LONGEST_LOCK_YEARS } from '../../lib/retention/archive.ts';
import { assemble, environmentOf, propertiesOf, REGION, templatesOf, data as usualData } from './templates.ts';

const archiving = assemble(REGION, 1, [], true);
const { data, service } = templatesOf(archiving);

const Statement = z.object({ Action: z.union([z.string(), z.array(z.string())]), Resource: z.unknown() });
const Role = z.object({
  Policies: z.tuple([z.object({ PolicyDocument: z.object({ Statement: z.array(Statement) }) })]),
});
const rightsOf = (name: string) =>
  Role.parse(propertiesOf(service, `${name}Role`)).Policies[0].PolicyDocument.Statement.map(({ Action, Resource }) => ({
    on: String(Resource),
    may: [Action].flat().join(' '),
  }));
const Lifecycle = z.object({
  LifecycleConfiguration: z.object({
    Rules: z.array(
      z.object({
        Prefix: z.string().optional(),
        ExpirationInDays: z.number().optional(),
        NoncurrentVersionExpiration: z.object({ NoncurrentDays: z.number() }).optional(),
        ExpiredObjectDeleteMarker: z.boolean().optional(),
        Status: z.literal('Enabled'),
      }),
    ),
  }),
});

describe('the archive of records', () => {
  it('is not there unless it is wanted', () => {
    expect(Object.keys(usualData)).not.toContain('RecordArchive');
  });

  it('locks objects, encrypts them with the customer key, shows them to nobody, and stays', () => {
    expect(data.RecordArchive).toMatchObject({
      DeletionPolicy: 'Retain',
      UpdateReplacePolicy: 'Retain',
      Properties: {
        ObjectLockEnabled: true,
        VersioningConfiguration: { Status: 'Enabled' },
        PublicAccessBlockConfiguration: { BlockPublicAcls: true, RestrictPublicBuckets: true },
        BucketEncryption: {
          ServerSideEncryptionConfiguration: [
            { ServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: 'Key.Arn' } },
          ],
        },
      },
    });
    // Each object has its own term: one for all would outlast the records of the shorter ones.
    expect(data.RecordArchive?.Properties.ObjectLockConfiguration ?? {}).not.toHaveProperty('Rule');
  });

  it('lets each object expire days after its lock, by its prefix, and then deletes it', () => {
    const { Rules } = Lifecycle.parse(propertiesOf(data, 'RecordArchive')).LifecycleConfiguration;
    const byPrefix = new Map(Rules.map((rule) => [rule.Prefix, rule]));
    for (let years = 1; years <= LONGEST_LOCK_YEARS; years += 1) {
      const rule = byPrefix.get(`records/${String(years).padStart(2, '0')}y/`);
      // From any day on: to the end of the last day of so many years, and no week longer.
      for (let year = 2026; year < 2032; year += 1) {
        const days = (Date.UTC(year + years, 1, 28) - Date.UTC(year, 1, 28)) / 86_400_000;
        expect(rule?.ExpirationInDays).toBeGreaterThan(days + 1);
        expect(rule?.ExpirationInDays).toBeLessThan(days + 7);
      }
      expect(rule?.NoncurrentVersionExpiration).toEqual({ NoncurrentDays: 1 });
    }
    expect(byPrefix.get(undefined)).toMatchObject({ ExpiredObjectDeleteMarker: true });
  });

  it('is written to by the witness alone, which can neither read, unlock nor delete', () => {
    const bucket = 'RecordArchive.Arn';
    const rights = Object.keys(service)
      .filter((name) => name.endsWith('Role') && !name.startsWith('Intake'))
      .flatMap((name) => rightsOf(name.replace(/Role$/, '')).map((right) => ({ name, ...right })))
      .filter(({ on }) => on.includes(bucket));
    expect(rights).toEqual([
      { name: 'witnessRole', on: `${bucket}/records/*`, may: 's3:PutObject' },
      { name: 'witnessRole', on: `${bucket}/records/*`, may: 's3:PutObjectRetention' },
    ]);
    expect(rightsOf('witness')).toContainEqual({ on: 'Registry.Arn', may: 'dynamodb:GetItem' });
    expect(environmentOf(service, 'witness')).toMatchObject({
      ARCHIVE_BUCKET: 'RecordArchive',
      REGISTRY_TABLE: 'Registry',
    });
  });

  it('is given records and members of consortia, and no person’s fields', () => {
    expect(JSON.stringify(propertiesOf(service, 'SealingMapping').FilterCriteria)).toContain(
      JSON.stringify(JSON.stringify({ S: ['R', 'T', { prefix: 'N#' }, { prefix: 'M#' }] })).slice(1, -1),
    );
  });

  it('brings no finding of cdk-nag that nobody has acknowledged', () => {
    expect(new AwsSolutionsChecks(archiving.app).validateScope(archiving.app).violations).toEqual([]);
  });
});
