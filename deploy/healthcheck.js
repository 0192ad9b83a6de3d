// The image's health check: exit code 0 when the server can record a callback now.
import { get } from 'node:http';

const port = process.env.PORT || '4000';
const request = get(`http://127.0.0.1:${port}/health/ready`, { timeout: 2_500, agent: false }, (response) => {
  process.exitCode = response.statusCode === 200 ? 0 : 1;
  response.resume();
});
request.on('timeout', () => request.destroy(new Error('no answer within 2.5 s')));
request.on('error', (error) => {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
});
