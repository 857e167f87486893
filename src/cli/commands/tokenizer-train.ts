import { DataError } from '../../errors.js'
import type { Files } from '../../storage/files.js'
import { trainBytePairEncoding, writeTextTokenizer } from '../../tokenizers/text/index.js'
import { specialTokens } from '../../tokenizers/vocabulary.js'
import { defineCommand } from '../define-command.js'
import { integer, repeated, text, withDefault } from '../options.js'
import { checkOutputFile } from '../output-file.js'
import { formatCount, formatMeasure } from '../terminal/quantities.js'
import { showWork } from '../terminal/work.js'

/** Characters whose tokens are counted for the result. */
const measuredCharacters = 1e6

/** Trains a byte pair tokenizer on a text file, for use elsewhere; training a model makes its own. */
export default defineCommand({
  name: 'tokenizer train',
  summary: 'Train a text tokenizer on a text file',
  arguments: { file: 'a text file in UTF-8' },
  options: {
    vocabulary: withDefault(
      integer('tokens, the 256 bytes and special ones included', { minimum: 257 }),
      2000,
    ),
    out: withDefault(text('where the tokenizer goes', 'FILE.json'), 'tokenizer.json'),
    special: repeated(text('a token that text never becomes; the usual ones by default', 'TOKEN')),
  },
  examples: ['corpus.txt --vocabulary 4096 --out tokenizer.json'],
  run: async ({ file, vocabulary, out, special }, { environment, terminal }) => {
    const { files } = environment.platform
    await checkOutputFile(files, out)
    const show = showWork(terminal)
    const tokenizer = await trainBytePairEncoding({
      texts: readPieces(files, file),
      vocabularySize: vocabulary,
      specialTokens: special.length > 0 ? special : specialTokens,
      onProgress: (progress) =>
        progress.stage === 'counting'
          ? show('characters', progress.characters)
          : show('merges', progress.done, progress.merges),
    })
    await writeTextTokenizer(files, out, tokenizer)
    const { characters, tokens } = await measure(readPieces(files, file), (piece) =>
      tokenizer.encode(piece),
    )
    return {
      file: out,
      vocabulary: tokenizer.vocabularySize,
      charactersPerToken: characters / tokens,
    }
  },
  print: ({ file, vocabulary, charactersPerToken }, { print }) => {
    print(`${formatCount(vocabulary)} tokens of ${formatMeasure(charactersPerToken)} characters`)
    print(`the tokenizer is in ${file}`)
  },
})

const pieceBytes = 2 ** 22

/** A text in pieces that end with a line, where lines are not longer than a piece. */
async function* readPieces(files: Files, path: string): AsyncGenerator<string> {
  const entry = await files.stat(path)
  if (entry?.kind !== 'file' || entry.size === 0) {
    throw new DataError(
      `${path}: expected a text file, found ${entry === undefined ? 'nothing' : `a ${entry.kind} of ${entry.size} bytes`}. Check the path.`,
    )
  }
  const decoder = new TextDecoder('utf-8', { fatal: true })
  let rest = ''
  for (let start = 0; start < entry.size; start += pieceBytes) {
    const end = Math.min(entry.size, start + pieceBytes)
    try {
      rest += decoder.decode(await files.readRange(path, start, end), { stream: end < entry.size })
    } catch (cause) {
      if (!(cause instanceof TypeError)) throw cause
      throw new DataError(`${path}: not text in UTF-8. Save it in that encoding.`, { cause })
    }
    const lastLine = rest.lastIndexOf('\n') + 1
    if (lastLine > 0) yield rest.slice(0, lastLine)
    rest = rest.slice(lastLine)
  }
  if (rest !== '') yield rest
}

/** How many tokens the first pieces become. */
const measure = async (
  pieces: AsyncIterable<string>,
  encode: (piece: string) => ArrayLike<number>,
): Promise<{ characters: number; tokens: number }> => {
  let [characters, tokens] = [0, 0]
  for await (const piece of pieces) {
    const measured = piece.slice(0, measuredCharacters - characters)
    characters += measured.length
    tokens += encode(measured).length
    if (characters >= measuredCharacters) break
  }
  return { characters, tokens }
}
