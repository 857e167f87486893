/**
 * Documents as one long stream of token ids, made once and kept on disk. Training reads windows of
 * it, so a corpus never has to fit in memory.
 */

import { z } from 'zod'
import { StorageError } from '../../errors.js'
import { type Files, joinPath } from '../../storage/files.js'
import { readJson, writeJson } from '../../storage/json.js'
import type { TextTokenizer } from '../../tokenizers/text/index.js'
import type { Documents } from './document.js'

export interface TokenStream {
  /** Tokens, those between documents included. */
  readonly length: number
  readonly documents: number
  /** Bytes of the text as UTF-8. */
  readonly bytes: number
  /** The ids of the tokens `start` up to but not including `end`. */
  read(start: number, end: number): Promise<ArrayLike<number>>
}

export interface TokenStreamOptions {
  readonly files: Files
  readonly folder: string
  /** What the stream is made from; another key makes it anew. */
  readonly key: string
  readonly documents: Documents
  readonly text: TextTokenizer
  /** Ids before and after each document; none where the corpus is one text. */
  readonly surroundings?: { readonly before?: number; readonly after?: number }
  /** Bytes of a stream that is kept in memory at most; larger ones are read window by window. */
  readonly memoryLimit?: number
  readonly onProgress?: (progress: { readonly documents: number; readonly tokens: number }) => void
}

const summarySchema = z.object({
  format: z.literal('tesserae-tokens-1'),
  key: z.string(),
  length: z.int().min(0),
  documents: z.int().min(0),
  bytes: z.int().min(0),
  bytesPerToken: z.union([z.literal(2), z.literal(4)]),
})

type Summary = z.output<typeof summarySchema>

/** Tokens in a chunk that is written at once. */
const chunkTokens = 2 ** 19

const largestInMemory = 2 ** 28

/** Encodes documents into chunks of little-endian ids, and counts what went by. */
const encodeDocuments = async function* (
  { documents, text, surroundings = {}, onProgress }: TokenStreamOptions,
  bytesPerToken: 2 | 4,
  counts: { length: number; documents: number; bytes: number },
): AsyncGenerator<Uint8Array> {
  const { before, after } = surroundings
  const encoder = new TextEncoder()
  const create = () =>
    bytesPerToken === 2 ? new Uint16Array(chunkTokens) : new Uint32Array(chunkTokens)
  let chunk = create()
  let filled = 0
  let isInside = false
  const add = function* (ids: readonly number[]): Generator<Uint8Array> {
    for (const id of ids) {
      chunk[filled++] = id
      if (filled < chunkTokens) continue
      yield new Uint8Array(chunk.buffer)
      chunk = create()
      filled = 0
    }
    counts.length += ids.length
  }
  for await (const { text: piece, continues = false } of documents()) {
    if (!isInside) {
      counts.documents++
      if (before !== undefined) yield* add([before])
    }
    yield* add(text.encode(piece))
    counts.bytes += encoder.encode(piece).length
    if (!continues && after !== undefined) yield* add([after])
    isInside = continues
    onProgress?.({ documents: counts.documents, tokens: counts.length })
  }
  if (filled > 0) yield new Uint8Array(chunk.buffer, 0, filled * bytesPerToken)
}

/** The summary of a stream on disk; undefined where it is damaged, or of another key or file. */
const readSummary = async (
  files: Files,
  summaryPath: string,
  { key, size }: { key: string; size: number | undefined },
): Promise<Summary | undefined> => {
  try {
    const { success, data } = summarySchema.safeParse(await readJson(files, summaryPath))
    if (!success || data.key !== key) return undefined
    return size === data.length * data.bytesPerToken ? data : undefined
  } catch (error) {
    // What cannot be read is made anew, and then tells if the disk is to blame.
    if (error instanceof StorageError) return undefined
    throw error
  }
}

const writeStream = async (options: TokenStreamOptions, path: string): Promise<Summary> => {
  const bytesPerToken = options.text.vocabularySize <= 2 ** 16 ? 2 : 4
  const counts = { length: 0, documents: 0, bytes: 0 }
  await options.files.writeChunks(path, encodeDocuments(options, bytesPerToken, counts))
  return { format: 'tesserae-tokens-1', key: options.key, ...counts, bytesPerToken }
}

/** Reads the stream from the folder, or makes it there. */
export const createTokenStream = async (options: TokenStreamOptions): Promise<TokenStream> => {
  const { files, folder, key, memoryLimit = largestInMemory } = options
  const path = joinPath(folder, 'tokens.bin')
  const summaryPath = joinPath(folder, 'tokens.json')
  const isThere = (await files.stat(summaryPath)) !== undefined
  const size = (await files.stat(path))?.size
  const known = isThere ? await readSummary(files, summaryPath, { key, size }) : undefined
  // A summary never stands beside a stream that is not its own, whenever the process ends.
  if (isThere && known === undefined) await files.remove(summaryPath)
  const summary = known ?? (await writeStream(options, path))
  if (known === undefined) await writeJson(files, summaryPath, summary)
  const { length, documents, bytes, bytesPerToken } = summary
  const view = (content: Uint8Array<ArrayBuffer>) =>
    bytesPerToken === 2 ? new Uint16Array(content.buffer) : new Uint32Array(content.buffer)
  const all = length * bytesPerToken <= memoryLimit ? view(await files.read(path)) : undefined
  return {
    length,
    documents,
    bytes,
    read: async (start, end) =>
      all?.subarray(start, end) ??
      view(await files.readRange(path, start * bytesPerToken, end * bytesPerToken)),
  }
}
