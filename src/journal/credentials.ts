/** The user and the password in the URL of a Postgres: what may change while its journal is in use. */

/** `pg` also takes them from the parameters of the URL. */
const PARAMETERS = ['user', 'password'] as const;

/** `url` with the user and the password of `other`. */
export function withCredentials(url: string, other: string): string {
  const [made, from] = [new URL(url), new URL(other)];
  made.username = from.username;
  made.password = from.password;
  for (const name of PARAMETERS) {
    const value = from.searchParams.get(name);
    if (value === null) made.searchParams.delete(name);
    else made.searchParams.set(name, value);
  }
  return made.href;
}

/** Whether two URLs lead to the same Postgres database, whatever their users and passwords are. */
export function isSameDatabase(url: string, other: string): boolean {
  if (![url, other].every((one) => /^postgres(?:ql)?:/.test(one) && URL.canParse(one))) return false;
  const bare = new URL('postgres://host').href;
  return withCredentials(url, bare) === withCredentials(other, bare);
}
