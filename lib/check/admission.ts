import type { Scene } from '../catalogue/catalogue.ts';
import { endOf, type Instant, parseInstant } from '../kernel/clock.ts';
import { type Fault, Problem } from '../kernel/problem.ts';
import { isPersonScheme } from '../subject/scheme.ts';
import type { Caller } from './caller.ts';
import type { RegistryView } from './ports.ts';
import type { CheckQuestion } from './question.ts';
import type { Quota } from './quota.ts';

/**
 * The first guard of the chain: a registered caller in good standing, within its quota. Read with each check, so that a
 * suspension counts at the next one.
 * @throws Problem `forbidden`, `too-many-requests`
 */
export function admit({ caller }: RegistryView, quota: Quota, count: number, now: Instant): void {
  if (!caller)
    throw new Problem('forbidden', { zh: '该客户端未登记为调用单位', en: 'This client is not a registered caller.' });
  if (caller.state !== 'active')
    throw new Problem('forbidden', {
      zh: `该调用单位当前状态为 ${caller.state}，不能核查`,
      en: `This caller is ${caller.state} and cannot check.`,
    });
  assertInTerm(caller, now);
  const blockedMs = caller.blockedUntil === undefined ? 0 : parseInstant(caller.blockedUntil) - now;
  const retryAfter = blockedMs > 0 ? Math.ceil(blockedMs / 1000) : quota.take(caller, count, now);
  if (retryAfter !== undefined)
    throw new Problem(
      'too-many-requests',
      { zh: `超出配额，请在 ${retryAfter} 秒后重试`, en: `Over the quota: try again in ${retryAfter} seconds.` },
      { retryAfter },
    );
}

/**
 * The last day of a caller's registration counts whole.
 * @throws Problem `forbidden`
 */
export function assertInTerm({ validUntil }: Pick<Caller, 'validUntil'>, now: Instant): void {
  if (validUntil !== undefined && now >= endOf(validUntil))
    throw new Problem('forbidden', {
      zh: `该调用单位的登记已于 ${validUntil} 到期，须续期`,
      en: `This caller's registration expired on ${validUntil}: it is to be renewed.`,
    });
}

/**
 * The scene of a question, for a caller that may check in it.
 * @throws Problem `invalid-request` for codes that the catalogue does not know, `forbidden` for a scene that is not the caller's
 */
export function sceneFor(question: CheckQuestion, { catalogue, caller }: RegistryView): Scene {
  const scene = catalogue.scenes.find(({ code }) => code === question.scene);
  const faults: Fault[] = [];
  const unknown = (pointer: string, what: string, code: string, known: readonly { readonly code: string }[]) => {
    const codes = known.map((each) => each.code);
    faults.push({
      pointer,
      code: `unknown-${what}`,
      message: {
        zh: `目录清单中没有 ${code}：${codes.join('、')}`,
        en: `${code} is not in the catalogue: ${codes.join(', ')}`,
      },
    });
  };

  if (!scene) unknown('/scene', 'scene', question.scene, catalogue.scenes);
  // Of an unknown scene no role is known to be wrong but one that no scene has.
  const roles = scene?.roles ?? [...new Set(catalogue.scenes.flatMap((each) => each.roles))];
  question.subjects.forEach(({ role, related }, index) => {
    if (role !== undefined && !roles.includes(role))
      faults.push({
        pointer: `/subjects/${index}/role`,
        code: 'unknown-role',
        message: scene
          ? {
              zh: `该场景没有角色 ${role}：${roles.join('、')}`,
              en: `${role} is no role of this scene: ${roles.join(', ')}`,
            }
          : { zh: `没有角色 ${role}：${roles.join('、')}`, en: `${role} is no role: ${roles.join(', ')}` },
      });
    related?.forEach(({ relation, scheme }, at) => {
      const known = catalogue.relations.find(({ code }) => code === relation);
      const pointer = `/subjects/${index}/related/${at}/relation`;
      if (!known) unknown(pointer, 'relation', relation, catalogue.relations);
      else if ((known.kind === 'person') !== isPersonScheme(scheme))
        faults.push({
          pointer,
          code: 'relation-mismatch',
          message: { zh: `${relation} 与标识类型不符`, en: `${relation} does not fit the scheme` },
        });
    });
  });
  if (!scene || faults.length > 0)
    throw new Problem(
      'invalid-request',
      { zh: '目录清单中没有所用的代码', en: 'A code is not in the catalogue.' },
      { errors: faults },
    );
  if (!caller?.scenes.includes(scene.code))
    throw new Problem('forbidden', {
      zh: `该调用单位无权在 ${scene.code} 场景核查`,
      en: `This caller may not check in the scene ${scene.code}.`,
    });
  return scene;
}
