/** The checkout of a small shop. */
import { useEffect, useState } from 'react';
import { KycProvider } from 'xgateway-kyc/react';
import { Demo } from './demo.tsx';
import { IdentityCard, PayButton } from './identity.tsx';

const ORDER = [
  ['Moka pot, six cups', '€ 34.00'],
  ['Coffee from Cerrado, 500 g', '€ 12.50'],
] as const;

/** Asks the shop for a token of the customer who is logged in. The hook calls this before each connection. */
async function kycToken(): Promise<string> {
  const response = await fetch('/api/kyc-token', { method: 'POST' });
  if (!response.ok) throw new Error('You are not logged in.');
  return ((await response.json()) as { token: string }).token;
}

export function Shop() {
  const [customer, setCustomer] = useState<string | null | undefined>(undefined);
  useEffect(() => {
    void fetch('/api/me')
      .then((response) => response.json())
      .then((me: { customer: string | null }) => setCustomer(me.customer));
  }, []);
  if (customer === undefined) return null;
  if (customer === null) return <Login loggedIn={setCustomer} />;
  return (
    // The key: another customer is another follower.
    <KycProvider key={customer} url="/graphql" token={kycToken}>
      <header>
        <strong>Lume</strong>
        <span>Hello, {customer}</span>
      </header>
      <main>
        <h1>Checkout</h1>
        <section className="card" aria-label="Your order">
          <ul className="order">
            {ORDER.map(([name, price]) => (
              <li key={name}>
                <span>{name}</span> <span>{price}</span>
              </li>
            ))}
            <li className="total">
              <span>Total</span> <span>€ 46.50</span>
            </li>
          </ul>
          <PayButton />
        </section>
        <IdentityCard />
      </main>
      <Demo />
    </KycProvider>
  );
}

function Login({ loggedIn }: { loggedIn: (customer: string) => void }) {
  const login = async (customer: string): Promise<void> => {
    await fetch('/api/login', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ customer }),
    });
    loggedIn(customer);
  };
  return (
    <main className="login">
      <h1>Lume</h1>
      <p>Log in as one of our customers.</p>
      {['ana', 'bruno', 'carla'].map((customer) => (
        <button type="button" key={customer} onClick={() => void login(customer)}>
          {customer}
        </button>
      ))}
    </main>
  );
}
