/** The valid texts of settings, for every subject. */
import { z } from 'zod';
import { isOrigin } from '../../access/origin.ts';
import { withoutCredentials } from '../../errors.ts';
import { invalidAddressRanges } from '../../http/address-range.ts';
import { invalidAllowedUrls } from '../../http/allowed-urls.ts';

const RANGES = 'must be IP addresses or CIDR ranges, separated by commas';
const TRUSTED =
  'must be the number of proxies in front of this server, or their addresses or CIDR ranges, separated by commas';
const TRUST_EVERYBODY = `${TRUSTED}. With "true" every sender could choose the address that they are counted by`;
const ALLOWED_URLS =
  'must be http(s) URLs without credentials, query and fragment, such as http://router:4040/callback, or CIDR ranges, separated by commas';
const ORIGINS = 'must be origins such as https://shop.example, separated by commas';

/** Items separated by commas. */
export const list = z.string().transform(split);

/** IP addresses and CIDR ranges. */
export const addressRanges = list.superRefine((items, context) => {
  nameInvalid(context, invalidAddressRanges(items), RANGES);
});

/** Beginnings of URLs that may be called, and CIDR ranges that their hosts may be in. */
export const allowedUrls = list.superRefine((items, context) => {
  nameInvalid(context, invalidAllowedUrls(items), ALLOWED_URLS);
});

/** A port number; 0: a free one. */
export const port = z
  .string()
  .refine((text) => isCount(text) && Number(text) <= 65_535, 'must be a port number')
  .transform(Number);

/** An http or https URL. */
export const url = z.url({ protocol: /^https?$/, error: 'must be an http(s) URL' });

/** `true` or `false`. */
export const flag = z.enum(['true', 'false'], 'must be true or false').transform((text) => text === 'true');

/** A whole number, 0 or more. */
export const count = z
  .string()
  .refine((text) => isCount(text) && Number.isSafeInteger(Number(text)), 'must be a whole number, 0 or more')
  .transform(Number);

/** A limit: a whole number from 1. */
export const limit = z
  .string()
  .refine((text) => isCount(text) && Number(text) >= 1 && Number.isSafeInteger(Number(text)), 'must be a number from 1')
  .transform(Number);

/** Proxies that are trusted: how many hops, or their CIDR ranges. */
export const trustedProxies = z
  .string()
  .superRefine((text, context) => {
    if (text === 'true') context.addIssue({ code: 'custom', message: TRUST_EVERYBODY });
    else if (!isCount(text)) nameInvalid(context, invalidAddressRanges(split(text)), TRUSTED);
  })
  .transform((text) => (isCount(text) ? Number(text) : split(text)));

/** Origins of web pages, or `*`. */
export const origins = list.superRefine((items, context) => {
  const invalid = items.filter((origin) => origin !== '*' && !isOrigin(origin));
  nameInvalid(context, invalid, ORIGINS);
});

/** A key that signs tokens. */
export const signingSecret = z
  .string()
  .refine((secret) => Buffer.byteLength(secret) >= 32, 'must have 32 bytes or more');

function split(text: string): string[] {
  return text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
}

function isCount(text: string): boolean {
  return /^\d+$/.test(text);
}

/** Adds a problem that names the items of a list that are wrong, without credentials that stand in one by mistake. */
function nameInvalid(context: z.core.$RefinementCtx, invalid: readonly string[], expected: string): void {
  if (invalid.length === 0) return;
  const named = invalid.slice(0, 5).map((item) => JSON.stringify(withoutCredentials(item).slice(0, 60)));
  context.addIssue({ code: 'custom', message: `${expected}. Correct ${named.join(', ')}` });
}
