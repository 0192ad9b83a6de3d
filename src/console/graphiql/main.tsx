/** GraphiQL for development: everything from this server, subscriptions over graphql-ws, and the console's token filled in. */
import 'graphiql/setup-workers/vite';
import 'graphiql/style.css';
import './style.css';
import { createGraphiQLFetcher } from '@graphiql/toolkit';
import { GraphiQL } from 'graphiql';
import { createClient } from 'graphql-ws';
import { createRoot } from 'react-dom/client';
import { page } from '../app/page.ts';
import { session } from '../app/session.ts';

const DEFAULT_QUERY = `# The latest customers. Ctrl+Space completes, Ctrl+Enter runs.
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

const { token } = session.get();
const authorization = token === null ? '' : `Bearer ${token}`;

// The header as it stands in the editor, so that a token that is pasted there serves subscriptions too.
let current: string | undefined = authorization;
const fetcher = createGraphiQLFetcher({
  url: page.graphqlUrl,
  wsClient: createClient({
    url: page.socketUrl,
    lazy: true,
    retryAttempts: 0,
    connectionParams: () => ({ authorization: current }),
  }),
});

createRoot(document.getElementById('root') as HTMLElement).render(
  <GraphiQL
    fetcher={(params, options) => {
      const given = options?.headers?.['authorization'] ?? options?.headers?.['Authorization'];
      current = typeof given === 'string' ? given : authorization;
      return fetcher(params, options);
    }}
    defaultQuery={DEFAULT_QUERY}
    initialHeaders={JSON.stringify({ authorization }, null, 2)}
    shouldPersistHeaders={false}
  />,
);
