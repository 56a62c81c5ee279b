import { Profile } from './profile.ts';
import { PROFILE_FILES } from './profile-files.ts';

/** The profiles that are shipped, by name. */
export const PROFILES: ReadonlyMap<string, Profile> = new Map(
  PROFILE_FILES.map((data) => {
    const profile = Profile.parse(data);
    return [profile.name, profile];
  }),
);
