import { Profile } from './profile.ts';
import generic from './profiles/generic.json' with { type: 'json' };
import shixinZxgk from './profiles/shixin-zxgk.json' with { type: 'json' };

/** The profiles that are shipped, by name. */
export const PROFILES: ReadonlyMap<string, Profile> = new Map(
  [shixinZxgk, generic].map((data) => {
    const profile = Profile.parse(data);
    return [profile.name, profile];
  }),
);
