/** Writes docs/graphql.md from the SDL in schema/: `npm run docs`. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  buildSchema,
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputField,
  type GraphQLNamedType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
} from 'graphql';
import { typeDefs } from '../src/graphql/schema.ts';

const PAGE = join(import.meta.dirname, '..', 'docs', 'graphql.md');
const SECTION = /(<!-- schema -->\n)[\s\S]*?(<!-- \/schema -->)/;
const ROOTS = ['Query', 'Mutation', 'Subscription'];

/** The page as it should be. */
export function pageWithSchema(page = readFileSync(PAGE, 'utf8')): string {
  const types = Object.values(buildSchema(typeDefs).getTypeMap()).filter(
    ({ name, astNode }) => astNode != null && !name.startsWith('__'),
  );
  const roots = ROOTS.flatMap((name) => types.filter((type) => type.name === name));
  const others = types
    .filter(({ name }) => !ROOTS.includes(name))
    .sort((left, right) => (left.name < right.name ? -1 : 1));
  const text = [...roots, ...others].map(section).join('\n\n');
  return page.replace(SECTION, (_section, before: string, after: string) => `${before}\n${text}\n\n${after}`);
}

function section(type: GraphQLNamedType): string {
  const heading = `### ${type.name}\n\n${type.description ?? ''}`;
  if (isObjectType(type) || isInterfaceType(type)) {
    return `${heading}\n\n| field | type | meaning |\n| --- | --- | --- |\n${Object.values(type.getFields()).map(fieldRow).join('\n')}`;
  }
  if (isInputObjectType(type)) {
    return `${heading}\n\n| field | type | meaning |\n| --- | --- | --- |\n${Object.values(type.getFields()).map(inputRow).join('\n')}`;
  }
  if (isEnumType(type)) {
    const rows = type.getValues().map(({ name, description }) => `| \`${name}\` | ${cell(description)} |`);
    return `${heading}\n\n| value | meaning |\n| --- | --- |\n${rows.join('\n')}`;
  }
  return heading;
}

function fieldRow({ name, args, type, description }: GraphQLField<unknown, unknown>): string {
  const argumentsText = args.map(argumentText).join('');
  return `| \`${name}\` | \`${type}\` | ${cell(description)}${argumentsText} |`;
}

function argumentText({ name, type, description, defaultValue }: GraphQLArgument): string {
  const byDefault = defaultValue === undefined ? '' : ` = ${JSON.stringify(defaultValue)}`;
  return `<br>\`${name}: ${type}${byDefault}\`: ${cell(description)}`;
}

function inputRow({ name, type, description }: GraphQLInputField): string {
  return `| \`${name}\` | \`${type}\` | ${cell(description)} |`;
}

/** A description on one line of a table. */
function cell(description: string | null | undefined): string {
  return (description ?? '').replaceAll('\n', ' ').replaceAll('|', '\\|');
}

if (import.meta.main) writeFileSync(PAGE, pageWithSchema());
