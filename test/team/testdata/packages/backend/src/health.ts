export function health(): { status: string } {
  return { status: 'ok' };
}
