/** What the checks on a device tell the process that started them, one JSON object a line. */

export type Report =
  | { readonly kind: 'no adapter'; readonly message: string }
  | { readonly kind: 'started'; readonly check: string }
  | { readonly kind: 'passed'; readonly check: string }
  | { readonly kind: 'failed'; readonly check: string; readonly message: string }
