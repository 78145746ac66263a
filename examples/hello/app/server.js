// Says hello on port 8080.
require('node:http')
  .createServer((_request, response) => response.end('hello\n'))
  .listen(8080);
process.once('SIGTERM', () => process.exit(0));
