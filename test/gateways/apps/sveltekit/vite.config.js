import adapter from '@sveltejs/adapter-node';
import { sveltekit } from '@sveltejs/kit/vite';

/** SvelteKit's configuration: the gateway is in server.js, and no bundle has it. */
export default {
  plugins: [sveltekit({ adapter: adapter() })],
};
