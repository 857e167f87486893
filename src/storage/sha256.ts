/** SHA-256 of what is in memory; `Files.sha256` reads files piece by piece. */

/** In lower-case hexadecimal. */
export const sha256Of = async (content: Uint8Array | string): Promise<string> => {
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content
  // A copy, as a digest takes no views of shared memory.
  const digest = await crypto.subtle.digest('SHA-256', new Uint8Array(bytes))
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('')
}
