/** GraphiQL's page and the script that starts the editor in it: an authorization header and live subscriptions. */
import { escapeHtml } from './page.ts';

/** The page for GraphQL at `path`, with server-sent events at `streamPath`. */
export function graphiqlHtml(path: string, streamPath: string): string {
  const base = escapeHtml(path);
  return `<!doctype html>
<html lang="en" data-graphql="${base}" data-stream="${escapeHtml(streamPath)}">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>GraphiQL</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="${base}/graphiql/style.css">
<style>html, body, #root { height: 100%; margin: 0 }</style>
<body>
<div id="root"></div>
<script src="${base}/graphiql/editor.js"></script>
<script src="${base}/graphiql/start.js"></script>
`;
}

const QUERY = `# The latest customers. Ctrl+Space completes, Ctrl+Enter runs.
query Customers {
  kycCustomers(first: 10) {
    nodes {
      customerId
      status
      nextAction
      updatedAt
    }
  }
}

# Every update from now on. Press run and choose Updates.
subscription Updates {
  kycUpdates {
    customerId
    status
    previousStatus
    reversal
    receivedAt
  }
}
`;

/** The page's script, which `graphiqlHtml` asks for. The token is kept for this tab alone, as the console does, and leaves the address bar. */
export const GRAPHIQL_SCRIPT = `(() => {
  const KEY = 'xgateway-kyc.token';
  const given = new URLSearchParams(location.hash.slice(1)).get('token');
  if (given !== null) {
    sessionStorage.setItem(KEY, given);
    history.replaceState(null, '', location.pathname + location.search);
  }
  const token = given ?? sessionStorage.getItem(KEY);
  // The editor opens another, empty tab unless the query that it stored last is that of a tab: and it stores edited queries only.
  try {
    const { tabs, activeTabIndex } = JSON.parse(localStorage.getItem('graphiql:tabState'));
    for (const part of ['query', 'variables']) localStorage.setItem('graphiql:' + part, tabs[activeTabIndex][part] ?? '');
  } catch {
    // The first visit, or a browser that stores nothing.
  }
  const { graphql, stream } = document.documentElement.dataset;
  const worker = { json: 'json.js', graphql: 'graphql.js' };
  self.MonacoEnvironment = {
    globalAPI: false,
    getWorkerUrl: (_module, label) => graphql + '/graphiql/' + (worker[label] ?? 'worker.js'),
  };
  // Operations are posted; subscriptions come back as server-sent events, one "next" event per result.
  const fetcher = async ({ query, variables, operationName }, { headers, documentAST } = {}) => {
    const operations = documentAST?.definitions.filter((one) => one.kind === 'OperationDefinition') ?? [];
    const chosen = operations.find((one) => !operationName || one.name?.value === operationName);
    const isLive = chosen?.operation === 'subscription';
    const response = await fetch(isLive ? stream : graphql, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json', accept: isLive ? 'text/event-stream' : 'application/json' },
      body: JSON.stringify({ query, variables, operationName: operationName ?? undefined }),
    });
    const isStream = response.headers.get('content-type')?.startsWith('text/event-stream');
    return isStream ? results(response.body) : response.json();
  };
  async function* results(body) {
    const reader = body.getReader();
    const decoder = new TextDecoder();
    let text = '';
    try {
      for (;;) {
        const { done, value } = await reader.read();
        if (done) return;
        text += decoder.decode(value, { stream: true });
        const events = text.split('\\n\\n');
        text = events.pop();
        for (const event of events) {
          const data = event.split('\\n').filter((line) => line.startsWith('data:')).map((line) => line.slice(5)).join('');
          if (/^event: *complete/m.test(event)) return;
          if (data.trim() !== '') yield JSON.parse(data);
        }
      }
    } finally {
      await reader.cancel();
    }
  }
  YogaGraphiQL.renderYogaGraphiQL(document.getElementById('root'), {
    title: 'xgateway-kyc',
    fetcher,
    defaultQuery: ${JSON.stringify(QUERY)},
    initialHeaders: JSON.stringify({ authorization: token === null ? '' : 'Bearer ' + token }, null, 2),
    shouldPersistHeaders: false,
    // The default writes the query into the URL, which the next reload would send to GraphQL instead of this page.
    onEditQuery() {},
  });
})();
`;
