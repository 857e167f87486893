import { openText } from '../../data/text/decode-text.js'
import { DataError } from '../../errors.js'
import type { Files } from '../../storage/files.js'
import { trainBytePairEncoding, writeTextTokenizer } from '../../tokenizers/text/index.js'
import { specialTokens } from '../../tokenizers/vocabulary.js'
import { checkOutputFile } from '../output/output-file.js'
import { defineCommand } from '../parsing/define-command.js'
import { integer, repeated, text, withDefault } from '../parsing/options.js'
import { formatCount, formatMeasure } from '../terminal/quantities.js'
import { showWork } from '../terminal/work.js'

/** Characters whose tokens are counted for the result. */
const measuredCharacters = 1e6

/** Trains a byte pair tokenizer on a text file, for use elsewhere; training a model makes its own. */
export default defineCommand({
  name: 'tokenizer train',
  summary: 'Train a text tokenizer on a text file, for use elsewhere',
  arguments: { file: 'a text file in UTF-8, which may be packed as .gz' },
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

/** Characters of a piece at least, save the last one. */
const pieceLength = 2 ** 22

/** A text in pieces that end with a line, or anywhere in a line that is longer than a piece. */
async function* readPieces(files: Files, path: string): AsyncGenerator<string> {
  const { pieces, encodingFault } = openText(files, path)
  let isEmpty = true
  let rest = ''
  for await (const piece of pieces) {
    const fault = encodingFault([piece])
    if (fault !== undefined) throw new DataError(`${path}: ${fault}`)
    rest += piece
    isEmpty &&= rest === ''
    if (rest.length < pieceLength) continue
    const end = rest.lastIndexOf('\n') + 1 || rest.length
    yield rest.slice(0, end)
    rest = rest.slice(end)
  }
  if (isEmpty) throw new DataError(`${path}: the file is empty; choose one with text`)
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
