import { createServer } from 'node:http';
import { health } from './health.js';

const server = createServer((request, response) => {
  response.statusCode = request.url === '/api/v1/health' ? 200 : 404;
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify(health()));
});
server.listen(Number(process.env.PORT ?? 3000));
process.on('SIGTERM', () => server.close());
