export function greeting(api: string): string {
  return `The API is at ${api || 'this site'}.`;
}
