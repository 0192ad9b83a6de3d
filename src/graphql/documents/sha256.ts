import { hash } from 'node:crypto';

/** SHA-256 in hexadecimal, by which clients name a document that has no other ID. */
export function sha256(text: string): string {
  return hash('sha256', text, 'hex');
}
