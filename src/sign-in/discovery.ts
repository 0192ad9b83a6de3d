/** The provider's metadata: fetched when somebody signs in first, and again after an hour. */
import type { Configuration } from 'openid-client';
import { boundedFetch } from './bounded-fetch.ts';
import { SignInFailure, signInFailure } from './failure.ts';
import type { SignInOptions } from './options.ts';

/** The library, which is loaded when the first person signs in: the start does not pay for it. */
export const openid = () => import('openid-client');

/** How long metadata is used, and how long a failure to fetch it is not repeated, in milliseconds. */
const METADATA_MS = 60 * 60_000;
const FAILURE_MS = 3_000;
/** How far the clocks of the provider and of this machine may differ, in seconds, as for every other token. */
const CLOCK_TOLERANCE_S = 5;

type Found = Pick<SignInOptions, 'issuer' | 'clientId' | 'clientSecret'> & { readonly providerMs: number };

/** Makes a function that gives the provider's metadata. It rejects with a `SignInFailure`. */
export function discovery(options: Found): () => Promise<Configuration> {
  let known: { readonly configuration: Configuration; readonly at: number } | null = null;
  let failed: { readonly failure: SignInFailure; readonly at: number } | null = null;
  let pending: Promise<Configuration> | null = null;

  const fetchNow = async (): Promise<Configuration> => {
    try {
      const configuration = await discover(options);
      known = { configuration, at: performance.now() };
      return configuration;
    } catch (error) {
      failed = { failure: notFound(error), at: performance.now() };
      // Metadata from an hour ago is most likely still valid.
      if (known !== null) return known.configuration;
      throw failed.failure;
    } finally {
      pending = null;
    }
  };
  return async () => {
    const now = performance.now();
    if (known !== null && now - known.at < METADATA_MS) return known.configuration;
    if (failed !== null && now - failed.at < FAILURE_MS) {
      if (known !== null) return known.configuration;
      throw failed.failure;
    }
    pending ??= fetchNow();
    return pending;
  };
}

/** Any problem with the metadata: without it nobody can sign in. */
function notFound(error: unknown): SignInFailure {
  const { message } = signInFailure(error);
  return new SignInFailure('unavailable', message, { cause: error });
}

async function discover({ issuer, clientId, clientSecret, providerMs }: Found): Promise<Configuration> {
  const client = await openid();
  const fetcher = (url: string, init: object) => boundedFetch(url, init, providerMs);
  const isInsecure = new URL(issuer).protocol === 'http:';
  const metadata = { [client.clockTolerance]: CLOCK_TOLERANCE_S };
  const found = await client.discovery(new URL(issuer), clientId, metadata, client.None(), {
    timeout: providerMs / 1_000,
    [client.customFetch]: fetcher,
    ...(isInsecure && { execute: [client.allowInsecureRequests] }),
  });
  const server = found.serverMetadata();
  // RFC 8414, section 2: `client_secret_basic` when it is left out.
  const methods = server.token_endpoint_auth_methods_supported ?? ['client_secret_basic'];
  const authentication =
    clientSecret === undefined
      ? client.None()
      : methods.includes('client_secret_post')
        ? client.ClientSecretPost(clientSecret)
        : client.ClientSecretBasic(clientSecret);
  const configuration = new client.Configuration(server, clientId, metadata, authentication);
  configuration[client.customFetch] = fetcher;
  configuration.timeout = providerMs / 1_000;
  if (isInsecure) client.allowInsecureRequests(configuration);
  // The signature of ID tokens is checked too, although they come from the provider itself.
  client.enableNonRepudiationChecks(configuration);
  return configuration;
}
