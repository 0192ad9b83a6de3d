/** Telling persons apart, where two have to decide. */

/** Compares what their tokens say, not names that they may choose. Another spelling does not make another person. */
export function isSamePerson(one: string, other: string): boolean {
  return spelled(one) === spelled(other);
}

/** Whether a token's `sub` names anybody at all. */
export function namesPerson(subject: string | null): subject is string {
  return subject !== null && spelled(subject) !== '';
}

/** Without case, blanks, invisible characters and compatibility forms: some issuers take any spelling of an address and repeat it. */
function spelled(subject: string): string {
  const visible = subject.normalize('NFKC').replace(/[\s\p{Cf}\p{Default_Ignorable_Code_Point}]/gu, '');
  return visible.toLowerCase().normalize('NFKC');
}
