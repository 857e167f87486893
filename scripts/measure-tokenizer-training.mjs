/**
 * Seconds and peak memory of training a tokenizer on about 100 MB of text.
 *
 *   npm run build
 *   node scripts/measure-tokenizer-training.mjs <folder of texts> [megabytes] [vocabulary size]
 *
 * The text is made from all .txt, .tsv and .jsonl files under the folder: lines of one to twelve
 * random stretches of random lines, so that words and Chinese clauses keep being new. The library
 * is read from dist/, or from the folder that TESSERAE_DIST names.
 */

import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'

const [folder, megabytes = '100', vocabularySize = '16384'] = process.argv.slice(2)
if (folder === undefined) {
  console.error('Name a folder of texts: node scripts/measure-tokenizer-training.mjs data')
  process.exit(1)
}

const dist = resolve(process.env.TESSERAE_DIST ?? 'dist')
const load = (path) => import(pathToFileURL(join(dist, path)).href)
const { trainBytePairEncoding } = await load('tokenizers/text/index.js')
const { createRandom } = await load('engine/tensor/random.js')

const lines = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((path) => /\.(txt|tsv|jsonl)$/.test(path))
  .sort()
  .flatMap((path) => readFileSync(join(folder, path), 'utf8').split('\n'))
  .filter((line) => line !== '')

function* mixedTexts(bytes) {
  const random = createRandom(1, 'tokenizer training')
  for (let made = 0; made < bytes; ) {
    let text = ''
    for (let stretches = 1 + random.integer(12); stretches > 0; stretches--) {
      const line = lines[random.integer(lines.length)]
      const start = random.integer(line.length)
      text += line.slice(start, start + 4 + random.integer(60))
    }
    text += '\n'
    made += Buffer.byteLength(text)
    yield text
  }
}

const started = performance.now()
const seconds = () => ((performance.now() - started) / 1000).toFixed(1)
let stage = ''
const tokenizer = await trainBytePairEncoding({
  texts: mixedTexts(Number(megabytes) * 1e6),
  vocabularySize: Number(vocabularySize),
  specialTokens: ['<pad>', '<bos>', '<eos>'],
  onProgress: (progress) => {
    if (progress.stage === stage) return
    stage = progress.stage
    console.log(`${seconds().padStart(7)} s  ${stage}`)
  },
})
console.log(`${seconds().padStart(7)} s  done: ${tokenizer.vocabularySize} tokens`)
console.log(`peak memory ${(process.resourceUsage().maxRSS / 1024).toFixed(0)} MiB`)
