/** Both supported versions of Express, as they come from npm. */
import { createRequire } from 'node:module';
import express from 'express';

/** The same package as version 4. It has no types of its own here. */
export const express4 = createRequire(import.meta.url)('express-4') as typeof express;

/** For `test.each`: each version with its name. */
export const EXPRESS_VERSIONS: readonly (readonly [name: string, express: typeof express])[] = [
  ['Express 4', express4],
  ['Express 5', express],
];
