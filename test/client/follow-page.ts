/** What the client's test runs in a browser: a follower that writes down what it is given. */
import { followKyc, type KycFollower } from '../../src/client/index.ts';

/** What the page has for the test. */
export interface FollowPage {
  /** Follows the token's own customer, with its cursor in the browser's storage. */
  follow(token: string): void;
  readonly labels: (string | undefined)[];
  readonly follower: KycFollower | null;
}

const { localStorage } = globalThis;
const page = {
  labels: [] as (string | undefined)[],
  follower: null as KycFollower | null,
  follow(token: string) {
    page.follower = followKyc({
      url: '/graphql',
      token,
      storage: localStorage,
      retryDelay: () => 50,
      onUpdate: ({ rejectLabels: [label] }) => page.labels.push(label),
      onState: () => {},
    });
  },
} satisfies FollowPage;
Object.assign(globalThis, { page });
