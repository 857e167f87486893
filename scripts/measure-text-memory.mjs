/**
 * Seconds and peak memory of looking through a large file of texts, with filters, and reading what
 * they kept.
 *
 *   npm run build
 *   node scripts/measure-text-memory.mjs [megabytes] [jsonl | csv | txt]
 *
 * The file is made in a temporary folder and removed again; the default is 2,000 MB. The library is
 * read from dist/, or from the folder that TESSERAE_DIST names.
 */

import { once } from 'node:events'
import { createWriteStream, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'

const [megabytes = '2000', ending = 'jsonl'] = process.argv.slice(2)
const dist = resolve(process.env.TESSERAE_DIST ?? 'dist')
const load = (path) => import(pathToFileURL(join(dist, path)).href)
const { prepareTexts } = await load('recipes/run/language/prepare-texts.js')
const { textDataSchema } = await load('recipes/schema/text-data.js')
const { createNodeFiles } = await load('platform/node/files.js')

const words =
  'the of and to in is that for it as was with 山水 研究 方法 模型 数据 分析 系统'.split(' ')

/** A text of about 200 characters that depends on its number alone. */
const textOf = (index) => {
  let state = index + 1
  const chosen = []
  for (let count = 0; count < 50; count++) {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0
    chosen.push(words[(state >>> 16) % words.length])
  }
  return `${index} ${chosen.join(' ')}`
}

const rowOf = {
  jsonl: (index) => `${JSON.stringify({ id: index, text: textOf(index) })}\n`,
  csv: (index) => `${index},"${textOf(index)}"\n`,
  txt: (index) => `${textOf(index)}\n`,
}[ending]

const folder = mkdtempSync(join(tmpdir(), 'tesserae-texts-'))
const path = join(folder, `texts.${ending}`)
const started = performance.now()
const note = (text) =>
  console.log(
    `${((performance.now() - started) / 1000).toFixed(1).padStart(7)} s  ${text}, ` +
      `peak memory ${(process.resourceUsage().maxRSS / 1024).toFixed(0)} MiB`,
  )
try {
  const file = createWriteStream(path)
  if (ending === 'csv') file.write('id,text\n')
  let bytes = 0
  for (let index = 0; bytes < Number(megabytes) * 1e6; ) {
    let block = ''
    while (block.length < 2 ** 20) block += rowOf(index++)
    bytes += Buffer.byteLength(block)
    if (!file.write(block)) await once(file, 'drain')
  }
  file.end()
  await once(file, 'finish')
  note(`made ${(bytes / 1e6).toFixed(0)} MB`)
  const { report, documents } = await prepareTexts(
    textDataSchema.parse({ path, documents: 'line' }),
    { files: createNodeFiles(), dataFolder: 'data', onProgress: () => {} },
  )
  note(`looked through ${report.documents} documents and kept ${report.kept}`)
  let characters = 0
  for await (const { text } of documents()) characters += text.length
  note(`read ${characters} characters again`)
} finally {
  rmSync(folder, { recursive: true })
}
