/** Where worker threads find their code. */

/**
 * The file of a worker beside a module. Tests run the TypeScript sources, which worker threads
 * cannot load, so they take the compiled file: `npm test` builds first.
 */
export const workerFile = (url: URL): URL =>
  import.meta.url.endsWith('.ts') ? new URL(url.href.replace('/src/', '/dist/')) : url
