/** What no person's name ends in, however short. */
const ALWAYS = /(?:公司|集团|LTD\.?|INC\.?|LLC)\)?$/;
/** How else the names of organisations end; another may be a person's, and is not passed on. */
const ENDS =
  /(?:厂|店|行|院|所|社|馆|部|站|场|会|局|委|矿|中心|政府|学校|大学|学院|中学|小学|幼儿园|合伙|合伙企业|工作室|诊所|卫生室|药房|超市|物业|工程队|施工队|车队|个体工商户)\)?$/;
/** 张会, 李大行 and 欧阳学会 are persons: a Han name has four characters at most. */
const LONGER_THAN_A_PERSONS = 5;
const CHINESE = /\p{Script=Han}/u;

/** Whether a folded name is an organisation's by how it ends. */
export const isOrganisationName = (folded: string): boolean =>
  ALWAYS.test(folded) || (folded.length >= LONGER_THAN_A_PERSONS && ENDS.test(folded));

/** Whether it may be of a register of ours, too: what a foreign list says of a name is never held against anybody here. */
export const isDomesticName = (folded: string): boolean => isOrganisationName(folded) && CHINESE.test(folded);
