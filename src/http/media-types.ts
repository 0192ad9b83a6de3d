/** Which media types a client accepts (RFC 9110, 12.5.1), as far as GraphQL needs it. */

/** One item of an `Accept` header. */
export interface MediaRange {
  /** Lowercase, without parameters. */
  readonly type: string;
  /** The parameters but `q`, lowercase, without quotes. */
  readonly parameters: ReadonlyMap<string, string>;
  readonly quality: number;
}

/** Items that are looked at; a header has room for thousands. */
const MAX_RANGES = 32;

/** The acceptable ranges, best first. A header that is absent or empty accepts anything. */
export function mediaRanges(accept: string | undefined): readonly MediaRange[] {
  if (accept === undefined || accept.trim() === '') return [{ type: '*/*', parameters: new Map(), quality: 1 }];
  return accept
    .split(',', MAX_RANGES)
    .map(readRange)
    .filter(({ quality }) => quality > 0)
    .sort((a, b) => b.quality - a.quality);
}

/** Whether one of the ranges covers `type`, such as `application/json`. */
export function covers(ranges: readonly MediaRange[], type: string): boolean {
  const [family] = type.split('/');
  return ranges.some((range) => range.type === type || range.type === `${family}/*` || range.type === '*/*');
}

/** Whether a `Content-Type` is JSON. */
export function isJson(contentType: string | undefined): boolean {
  return /^application\/(?:[\w.-]+\+)?json\s*(?:;|$)/i.test(contentType ?? '');
}

function readRange(text: string): MediaRange {
  const [type = '', ...rest] = text.split(';').map((part) => part.trim().toLowerCase());
  const parameters = new Map(
    rest.map((parameter) => {
      const [name = '', value = ''] = parameter.split('=', 2).map((part) => part.trim());
      return [name, value.replace(/^"(.*)"$/, '$1')] as const;
    }),
  );
  const quality = Number(parameters.get('q') ?? 1);
  parameters.delete('q');
  return { type, parameters, quality: Number.isNaN(quality) ? 0 : quality };
}
