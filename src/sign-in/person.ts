/** A person, as the provider's claims describe them. */

/** Who signed in. */
export interface Person {
  /** The `sub` claim: it never changes and belongs to nobody else at this issuer. */
  readonly subject: string;
  /** The name used in decisions and the audit log. Never empty. */
  readonly name: string;
}

/** OpenID Connect Core, section 2: a `sub` has at most 255 characters. */
const MAX_SUBJECT_LENGTH = 255;
const MAX_NAME_LENGTH = 120;

/**
 * The person in `claims`; null without a usable `sub`. They are called by their verified e-mail address, else by `preferred_username`,
 * `name` or `sub`, whichever is there first: an address says more to an auditor than a name that two people may have.
 */
export function personIn(claims: Readonly<Record<string, unknown>>): Person | null {
  const { sub: subject } = claims;
  if (typeof subject !== 'string' || subject.trim() === '' || subject.length > MAX_SUBJECT_LENGTH) return null;
  if (!isPlain(subject)) return null;
  const email = claims['email_verified'] === true ? claims['email'] : undefined;
  for (const name of [email, claims['preferred_username'], claims['name']]) {
    if (typeof name !== 'string') continue;
    const shown = name.trim();
    if (shown !== '' && isPlain(shown))
      return { subject, name: [...shown.slice(0, 2 * MAX_NAME_LENGTH)].slice(0, MAX_NAME_LENGTH).join('') };
  }
  return { subject, name: subject };
}

/** Without characters that are invisible, turn the direction of text, or break a line: a name must not look like another. */
function isPlain(text: string): boolean {
  return text.isWellFormed() && !/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(text);
}
