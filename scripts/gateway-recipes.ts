/** Writes the recipes of docs/gateways.md from the programs that the tests run, between `//#region recipe` and `//#endregion`: `npm run docs`. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '..');
const PAGE = join(ROOT, 'docs', 'gateways.md');

/** The page with the recipes as the programs have them. A place for one is a comment, `<!-- recipe <file below test/> -->`, before its block. */
export function pageWithRecipes(page: string): string {
  return page.replaceAll(
    /(<!-- recipe (\S+) -->\n```\w+\n)[\s\S]*?(```\n)/g,
    (_, before: string, file: string, after: string) => `${before}${recipeIn(file)}\n${after}`,
  );
}

function recipeIn(file: string): string {
  const text = readFileSync(join(ROOT, 'test', file), 'utf8');
  const parts = [...text.matchAll(/^ *\/\/#region recipe\n([\s\S]*?)^ *\/\/#endregion$/gm)].map(
    ([, part = '']) => part,
  );
  if (parts.length === 0) throw new Error(`test/${file} has no //#region recipe.`);
  return parts.map(dedented).join('\n');
}

function dedented(text: string): string {
  const lines = text.trimEnd().split('\n');
  const indent = Math.min(...lines.filter((line) => line !== '').map((line) => line.search(/\S/)));
  return lines.map((line) => line.slice(indent)).join('\n');
}

if (import.meta.main) writeFileSync(PAGE, pageWithRecipes(readFileSync(PAGE, 'utf8')));
