/** A bare Express endpoint: parses the JSON of a callback and stores nothing. */
import express from 'express';

express()
  .post('/callbacks/kyc', express.json(), (request, response) => {
    const { customerId } = request.body as { customerId: string };
    response.json({ outcome: customerId === '' ? 'refused' : 'applied', revision: 1 });
  })
  .listen(Number(process.env['PORT']), '127.0.0.1');
