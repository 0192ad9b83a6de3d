/** The gateway that hooks read from: given to each of them, or by a provider above. */
'use client';

import {
  type Context,
  createContext,
  createElement,
  type ReactElement,
  type ReactNode,
  useContext,
  useEffect,
  useMemo,
  useSyncExternalStore,
} from 'react';
import type { KycConnectionOptions } from './connection.ts';
import { KycViews } from './kyc-views.ts';
import type { LiveView } from './live-view.ts';

function useViews(options: KycConnectionOptions | undefined): KycViews | null {
  // Another gateway, or another user's plain token: another source, with connections of its own.
  const { url, streamUrl, transport, token } = options ?? {};
  const key = options && JSON.stringify([url, streamUrl, transport, typeof token === 'string' ? token : null]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: options are new with each render, the key is what counts
  const views = useMemo(() => (options === undefined ? null : new KycViews(options)), [key]);
  useEffect(() => {
    if (views !== null && options !== undefined) views.options = options;
  });
  return views;
}

const ViewsContext: Context<KycViews | null> = createContext<KycViews | null>(null);

/**
 * Gives the hooks below it the gateway's address and token. Hooks that show the same customer share one connection. Change its
 * `key` when another user signs in, so that nothing of the previous user stays on the page.
 *
 * @example
 * ```tsx
 * export const Page = () => (
 *   <KycProvider url="/graphql" token={() => fetch('/api/kyc-token').then((response) => response.text())}>
 *     <p>…</p>
 *   </KycProvider>
 * );
 * ```
 */
export function KycProvider({
  children,
  ...options
}: KycConnectionOptions & { readonly children?: ReactNode }): ReactElement {
  return createElement(ViewsContext.Provider, { value: useViews(options) }, children);
}

/** A view of the gateway that `options`, or the provider above, name. `hook` is what an error names. */
export function useLiveView<View>(
  hook: string,
  options: KycConnectionOptions | undefined,
  viewOf: (views: KycViews) => LiveView<View>,
  onServer: View,
): View {
  const provided = useContext(ViewsContext);
  const views = useViews(options) ?? provided;
  if (views === null) throw new Error(`${hook} needs options, or a KycProvider above it.`);
  const live = viewOf(views);
  return useSyncExternalStore(live.subscribe, live.view, () => onServer);
}
