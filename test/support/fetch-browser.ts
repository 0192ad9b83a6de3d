/** As much of a browser as a redirect needs: cookies by host, and a `Cookie` header with each request. For tests of what is sent. */

export interface Visit {
  readonly response: Response;
  readonly url: string;
  readonly text: string;
}

/** Keeps cookies and follows redirects. */
export class FetchBrowser {
  /** By host and port, then by name. (Browsers leave out the port: the tests' servers would share.) */
  readonly cookies = new Map<string, Map<string, string>>();
  /** Every `Set-Cookie` header. */
  readonly set: string[] = [];

  /** Requests a URL and follows what it answers, while `follows` agrees. */
  async visit(
    url: string,
    { method = 'GET', body, follows = () => true, headers = {} }: VisitOptions = {},
  ): Promise<Visit> {
    let at = url;
    let request: RequestInit = { method, ...(body !== undefined && { body }) };
    for (let hops = 0; hops < 12; hops++) {
      const response = await fetch(at, {
        ...request,
        redirect: 'manual',
        headers: { ...headers, ...(this.header(at) !== '' && { cookie: this.header(at) }) },
      });
      this.#keep(at, response);
      const location = response.headers.get('location');
      if (location === null || !follows(new URL(location, at).href)) {
        return { response, url: at, text: await response.text() };
      }
      await response.body?.cancel();
      at = new URL(location, at).href;
      request = { method: 'GET' };
    }
    throw new Error(`too many redirects from ${url}`);
  }

  /** The `Cookie` header for a URL. */
  header(url: string): string {
    return [...(this.cookies.get(new URL(url).host) ?? [])].map(([name, value]) => `${name}=${value}`).join('; ');
  }

  #keep(url: string, response: Response): void {
    const { host } = new URL(url);
    const jar = this.cookies.get(host) ?? new Map<string, string>();
    this.cookies.set(host, jar);
    for (const cookie of response.headers.getSetCookie()) {
      this.set.push(cookie);
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
      if (value === '' || /max-age=0|expires=thu, 01 jan 1970/i.test(cookie)) jar.delete(name);
      else jar.set(name, value);
    }
  }
}

export interface VisitOptions {
  readonly method?: string;
  readonly body?: string | URLSearchParams;
  readonly follows?: (url: string) => boolean;
  readonly headers?: Record<string, string>;
}

/** Signs a person in at the provider, from the console's start page. Returns where it ended. */
export async function signInWith(browser: FetchBrowser, publicUrl: string, person: string): Promise<Visit> {
  const form = await browser.visit(`${publicUrl}/console/sign-in/start`);
  if (!form.url.includes('/interaction/')) return form;
  return browser.visit(form.url, { method: 'POST', body: new URLSearchParams({ person }) });
}
