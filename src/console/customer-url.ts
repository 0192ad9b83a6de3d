/** Links from the console to a customer's page in the merchant's own system. */

const PLACEHOLDER = '{customerId}';

/**
 * Whether a text is a template for such links: an http or https URL with `{customerId}` in its path, query or fragment. The ID is
 * percent-encoded when it is put in, so that it can't change the rest of the URL.
 */
export function isCustomerUrlTemplate(template: string): boolean {
  const [one, other] = ['1', '2'].map((id) => template.replaceAll(PLACEHOLDER, id));
  if (one === undefined || other === undefined || one === other || !URL.canParse(one) || !URL.canParse(other))
    return false;
  const { protocol, origin, username, password } = new URL(one);
  const isWeb = protocol === 'http:' || protocol === 'https:';
  // An origin or a password that depends on the customer would be no link to the merchant's system.
  return isWeb && origin === new URL(other).origin && username === '' && password === '';
}
