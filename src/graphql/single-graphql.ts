/**
 * One copy of graphql, of a supported version. graphql-js recognises types with `instanceof`, so types that one copy made are
 * unknown to another: operation limits would count nothing, and errors would lose their codes. In production graphql-js itself
 * says nothing about it.
 */
import { readFileSync, realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { GraphQLSchema, version } from 'graphql';

const SUPPORTED = /^16\.(1[1-9]|[2-9]\d|\d{3,})\./;

/** Packages of ours that use graphql too, and must get the same copy. */
const USERS = ['@apollo/server', '@graphql-tools/schema', 'graphql-subscriptions'];

/** A copy of graphql: its folder, its version, and who uses it. */
interface Copy {
  readonly folder: string;
  readonly version: string;
  readonly user: string;
}

/**
 * Throws when the graphql in use is not ^16.11, or when the application (its main script) or one of our packages gets another
 * copy than this module. In a bundle there is nothing to look up, and only the version is checked.
 */
export function checkSingleGraphql(main: string | undefined = process.argv[1]): void {
  if (!SUPPORTED.test(version)) {
    throw new Error(
      `xgateway-kyc needs graphql 16.11 or later, below 17, and got ${version}. Run: npm install graphql@16`,
    );
  }
  const [first, ...others] = copiesOf(main);
  const second = others.find(({ folder }) => folder !== first?.folder);
  if (first !== undefined && second !== undefined) throw new Error(twoCopies(describe(first), describe(second)));
}

/** Throws when `schema` was made by another copy of graphql than the one that checks the limits. */
export function checkSchemaIsOurs(schema: unknown): void {
  if (schema instanceof GraphQLSchema) return;
  throw new Error(twoCopies(`${version}, used by xgateway-kyc`, "another, which made this Apollo Server's schema"));
}

function twoCopies(first: string, second: string): string {
  return (
    `Two copies of graphql are in use: ${first}; and ${second}. Types of one are unknown to the other, and operation limits ` +
    'would not work. `npm ls graphql` shows who brings the second; `npm dedupe`, or an entry in "overrides", leaves one.'
  );
}

function describe({ version: number, folder, user }: Copy): string {
  return `${number} in ${folder}, used by ${user}`;
}

/** The copy that this module gets, then those of the others, as far as they can be found. */
function copiesOf(main: string | undefined): readonly Copy[] {
  // Undefined in a bundle of CommonJS, whatever the types say.
  const here = import.meta.url as string | undefined;
  if (here === undefined) return [];
  const users = USERS.map((user) => ({ user, anchor: resolveFrom(here, user) }));
  const all = [{ user: 'xgateway-kyc', anchor: here }, ...users, { user: 'the application', anchor: main }];
  return all.flatMap(({ user, anchor }) => (anchor === undefined ? [] : (copyFor(user, anchor) ?? [])));
}

function copyFor(user: string, anchor: string): Copy | null {
  const file = resolveFrom(anchor, 'graphql');
  if (file === undefined) return null;
  const folder = dirname(realpathSync(file));
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { readonly version: string };
  return { folder, version: manifest.version, user };
}

/** Where `name` is found from the file or file URL `anchor`; undefined when it is not, or when `anchor` is not a file. */
function resolveFrom(anchor: string, name: string): string | undefined {
  try {
    return createRequire(anchor.startsWith('file:') ? anchor : realpathSync(anchor)).resolve(name);
  } catch {
    return undefined;
  }
}
