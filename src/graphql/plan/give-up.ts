/**
 * Leaves an operation to graphql-js. Thrown wherever a plan meets what it can't do, or what would be an error of the answer: graphql-js then
 * executes the whole operation, so its errors are the only ones that a client ever gets. It is one object: no stack is captured for it.
 */
export const GIVE_UP = new Error('This operation is executed by graphql-js.');
