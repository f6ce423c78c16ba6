import { expect, test } from 'vitest';
import { health } from './health.js';

test('the backend is healthy', () => {
  expect(health()).toEqual({ status: 'ok' });
});
