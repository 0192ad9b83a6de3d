/** A line of the log for a person at a terminal: local time, colours, the fields that matter in front. */
import { styleText } from 'node:util';
import { CALLBACK_MESSAGE } from './callback-line.ts';
import { visibleWord } from './visible-text.ts';

type Style = Parameters<typeof styleText>[0];
type Fields = Readonly<Record<string, unknown>>;

const LEVELS: Readonly<Record<number, readonly [name: string, style: Style]>> = {
  10: ['trace', 'dim'],
  20: ['debug', 'dim'],
  30: ['', 'reset'],
  40: ['warning', 'yellow'],
  50: ['error', 'red'],
  60: ['fatal', 'red'],
};
const OUTCOMES: Readonly<Record<string, Style>> = {
  applied: 'green',
  unchanged: 'dim',
  kept: 'yellow',
  refused: 'red',
};
/** Fields that are shown elsewhere, or not at all. */
const APART = new Set(['level', 'time', 'msg', 'err', 'requestId', 'trace_id', 'span_id']);
const OF_CALLBACK = new Set(['customerId', 'status', 'outcome', 'revision', 'ms', 'code', 'address']);
const UUID = /^[0-9a-f]{8}-[0-9a-f-]{27}$/;

/** Makes the formatter of JSON lines. Anything but a JSON object stays as it is. `colours`: whether the terminal has colours. */
export function prettyLine(colours: boolean): (json: string) => string {
  const paint = (style: Style, text: string) =>
    colours && style !== 'reset' ? styleText(style, text, { validateStream: false }) : text;

  const callback = (fields: Fields): string => {
    const { customerId, status, outcome, revision, ms, code, address } = fields;
    const words = [
      'callback',
      ...(typeof customerId === 'string' ? [visibleWord(customerId)] : []),
      ...(status === undefined ? [] : [status === null ? 'null' : visibleWord(String(status))]),
      paint(OUTCOMES[String(outcome)] ?? 'reset', String(outcome)),
      ...(code === undefined ? [] : [String(code)]),
      ...(revision === undefined ? [] : [`#${String(revision)}`]),
      ...(typeof ms === 'number' ? [`${ms.toFixed(1)} ms`] : []),
      ...(address === undefined ? [] : [`from ${visibleWord(String(address))}`]),
    ];
    return words.join(' ');
  };

  return (json) => {
    const fields = parsed(json);
    if (fields === null) return json;
    const { level, time, msg, err, requestId, trace_id } = fields;
    const isCallback = typeof fields['outcome'] === 'string' && String(msg).toLowerCase().includes(CALLBACK_MESSAGE);
    const [name, style] = LEVELS[Number(level)] ?? ['', 'reset'];
    const rest = Object.entries(fields).filter(([key]) => !APART.has(key) && !(isCallback && OF_CALLBACK.has(key)));
    const parts = [
      paint('dim', clock(Number(time))),
      ...(isCallback ? [callback(fields)] : []),
      ...(name === '' || isCallback ? [] : [paint(style, name)]),
      ...(isCallback && msg === CALLBACK_MESSAGE
        ? []
        : [paint(level === 30 ? 'reset' : style, plain(String(msg ?? '')))]),
      ...rest.map(([key, value]) => paint('dim', `${key}=`) + shown(value)),
      ...(typeof requestId === 'string'
        ? [paint('dim', `req ${UUID.test(requestId) ? `${requestId.slice(0, 8)}…` : requestId}`)]
        : []),
      ...(typeof trace_id === 'string' ? [paint('dim', `trace ${trace_id}`)] : []),
    ];
    return `${parts.join(' ')}${errorText(err)}\n`;
  };
}

function parsed(json: string): Fields | null {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === 'object' && value !== null ? (value as Fields) : null;
  } catch {
    return null;
  }
}

function clock(time: number): string {
  const at = new Date(Number.isFinite(time) ? time : Date.now());
  return [at.getHours(), at.getMinutes(), at.getSeconds()].map((part) => String(part).padStart(2, '0')).join(':');
}

function shown(value: unknown): string {
  if (typeof value === 'string') return visibleWord(value);
  return plain(JSON.stringify(value) ?? '');
}

/** An error's message and, below it, where it was thrown. */
function errorText(err: unknown): string {
  if (typeof err !== 'object' || err === null) return '';
  const { message, stack } = err as { readonly message?: unknown; readonly stack?: unknown };
  const text = typeof stack === 'string' ? stack : String(message ?? '');
  return text === ''
    ? ''
    : `\n${text
        .split('\n')
        .map((line) => `    ${plain(line)}`)
        .join('\n')}`;
}

function plain(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '');
}
