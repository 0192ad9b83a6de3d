import { stringifyDocument } from '@urql/core';
import { expect, test } from 'vitest';
import * as operations from '../../../src/console/app/generated/operations.ts';
import { isOwnDocument } from '../../../src/graphql/documents/own-documents.ts';

test('a server that takes trusted documents only takes every document of the console', () => {
  const documents = Object.entries(operations).filter(([name]) => name.endsWith('Document'));
  expect(documents.length).toBeGreaterThan(5);
  for (const [name, document] of documents) {
    expect([name, isOwnDocument(stringifyDocument(document as never), 1_000)]).toEqual([name, true]);
  }
  expect(isOwnDocument('query Customers { kycCustomers { asOf } }', 1_000)).toBe(false);
});
