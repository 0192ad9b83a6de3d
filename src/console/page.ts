/** What the pages of the console and GraphiQL have in common: their headers, text that is safe in HTML, and a missing page. */
import type { Response } from 'express';
import { ERROR_ANSWERS } from '../http/error-response.ts';

/** The headers of a page under the content security policy `policy`. */
export function pageHeaders(policy: string): Readonly<Record<string, string>> {
  return {
    'Content-Security-Policy': policy,
    'Cache-Control': 'no-cache',
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Referrer-Policy': 'no-referrer',
    'X-Content-Type-Options': 'nosniff',
    'X-Frame-Options': 'DENY',
  };
}

/** `text` for an attribute's value or an element's content. */
export function escapeHtml(text: string): string {
  return text.replace(/[&"<>]/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** Answers with plain text for the person who set the server up: the page's files are not there. */
export function sendMissing(response: Response, message: string): void {
  response.status(ERROR_ANSWERS.NOT_READY.status).type('text').send(`${message}\n`);
}
