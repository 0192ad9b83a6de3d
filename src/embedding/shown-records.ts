/** The record behind each plain object of the code API: the application may return such an object where its schema says `Kyc` or `KycUpdate`. */

const records = new WeakMap<object, object>();

/** Notes that `view` shows `record`. Returns the view. */
export function showing<View extends object>(view: View, record: object): View {
  records.set(view, record);
  return view;
}

/** The record that a view shows; anything else comes back unchanged. */
export function recordOf(source: unknown): unknown {
  return typeof source === 'object' && source !== null ? (records.get(source) ?? source) : source;
}

/** Whether an object is such a view. */
export function isShown(source: object): boolean {
  return records.has(source);
}
