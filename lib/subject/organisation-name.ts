/** How the names of organisations end: another may be a person's, and is not passed on. */
const ENDS =
  /(?:公司|厂|店|行|院|所|社|馆|部|站|场|会|中心|局|委|政府|学校|大学|学院|集团|合伙|合伙企业|LTD\.?|INC\.?|LLC)\)?$/;
const CHINESE = /\p{Script=Han}/u;

/** Whether a folded name is an organisation's by how it ends. */
export const isOrganisationName = (folded: string): boolean => ENDS.test(folded);

/** Whether it may be of a register of ours, too: what a foreign list says of a name is never held against anybody here. */
export const isDomesticName = (folded: string): boolean => isOrganisationName(folded) && CHINESE.test(folded);
