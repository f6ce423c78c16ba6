import { expect, test } from 'vitest';
import { greeting } from './greeting';

test('says where the API is', () => {
  expect(greeting('')).toBe('The API is at this site.');
});
