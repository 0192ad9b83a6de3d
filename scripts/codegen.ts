/** `npm run codegen`: writes the generated types that codegen.ts describes. `-- --check` fails when one of them is stale. */
import { existsSync, globSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { codegen } from '@graphql-codegen/core';
import { type CodegenPlugin, getCachedDocumentNodeFromSchema } from '@graphql-codegen/plugin-helpers';
import {
  type ASTNode,
  buildASTSchema,
  type FragmentDefinitionNode,
  type GraphQLSchema,
  isObjectType,
  Kind,
  lexicographicSortSchema,
  parse,
  visit,
} from 'graphql';
import config from '../codegen.ts';
import { documentDigest } from '../src/graphql/documents/document-digest.ts';

const ROOT = join(import.meta.dirname, '..');

const read = (pattern: string) =>
  globSync(pattern, { cwd: ROOT })
    .sort()
    .map((file) => ({ location: file, text: readFileSync(join(ROOT, file), 'utf8') }));

/** The generated files by name. */
export async function generate(): Promise<ReadonlyMap<string, string>> {
  const sdl = parse(
    read(config.schema)
      .map(({ text }) => text)
      .join('\n'),
  );
  const schemaAst = lexicographicSortSchema(buildASTSchema(sdl));
  const files = new Map<string, string>();
  for (const [filename, { plugins, documents, config: options }] of Object.entries(config.generates)) {
    const text = await codegen({
      filename,
      schema: getCachedDocumentNodeFromSchema(schemaAst),
      schemaAst,
      documents:
        documents === undefined
          ? []
          : read(documents).map((one) => ({ ...one, document: parse(one.text), rawSDL: one.text })),
      plugins: plugins.map((name) => ({ [name]: {} })),
      pluginMap: Object.fromEntries(await Promise.all(plugins.map(loadPlugin))),
      config: options,
    });
    files.set(filename, text);
  }
  files.set('src/client/generated/embedded-types.ts', embeddedTypes(schemaAst));
  files.set('src/graphql/generated/console-documents.ts', consoleDocuments());
  return files;
}

/** The names of the types whose objects have no ID of their own. */
function embeddedTypes(schema: GraphQLSchema): string {
  const roots = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()];
  const names = Object.values(schema.getTypeMap()).flatMap((type) =>
    isObjectType(type) && !roots.includes(type) && !type.name.startsWith('__') && !('id' in type.getFields())
      ? [`  '${type.name}',`]
      : [],
  );
  return `/** Types whose objects have no ID of their own. */\nexport const EMBEDDED_TYPES = [\n${names.join('\n')}\n] as const;\n`;
}

/** The digests of the console's operations, each with the fragments that it uses. */
function consoleDocuments(): string {
  const { definitions } = parse(
    read('src/console/app/operations.graphql')
      .map(({ text }) => text)
      .join('\n'),
  );
  const fragments = new Map(
    definitions.flatMap((one) => (one.kind === Kind.FRAGMENT_DEFINITION ? [[one.name.value, one]] : [])),
  );
  const digests = definitions.flatMap((operation) => {
    if (operation.kind !== Kind.OPERATION_DEFINITION) return [];
    const used = new Set<FragmentDefinitionNode>();
    const collect = (node: ASTNode): void => {
      visit(node, {
        FragmentSpread({ name }) {
          const fragment = fragments.get(name.value);
          if (fragment === undefined || used.has(fragment)) return;
          used.add(fragment);
          collect(fragment);
        },
      });
    };
    collect(operation);
    return [`  '${documentDigest({ kind: Kind.DOCUMENT, definitions: [operation, ...used] })}',`];
  });
  return `/** Digests of the console's documents (documents/own-documents.ts). */\nexport const CONSOLE_DOCUMENTS: readonly string[] = [\n${digests.join('\n')}\n];\n`;
}

async function loadPlugin(name: string): Promise<[string, CodegenPlugin]> {
  return [name, (await import(`@graphql-codegen/${name}`)) as CodegenPlugin];
}

const isCheck = process.argv.includes('--check');
for (const [file, text] of await generate()) {
  const path = join(ROOT, file);
  if (existsSync(path) && readFileSync(path, 'utf8') === text) continue;
  if (!isCheck) writeFileSync(path, text);
  process.stderr.write(isCheck ? `${file} is stale. Run: npm run codegen\n` : `${file} is written.\n`);
  if (isCheck) process.exitCode = 1;
}
