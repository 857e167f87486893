/**
 * Draws four phrases with the model that comes with the repository: one PNG each and a contact
 * sheet, in `demo/`.
 *
 * Usage: npm run demo
 */

import { createNodePlatform, pipeline, TesseraeError } from 'tesserae'
import { drawContactSheet } from 'tesserae/data'

const phrases = ['a red apple', 'grinning cat, Twemoji style', 'a rocket', 'OpenMoji 风格的向日葵']
const folder = 'demo'

const seconds = (start) => `${((performance.now() - start) / 1000).toFixed(1)} s`

try {
  const { files, media } = createNodePlatform()
  const loading = performance.now()
  const draw = await pipeline('text-to-image', 'pretrained/emoji')
  console.log(`loaded the model in ${seconds(loading)}`)
  const cells = []
  for (const [index, phrase] of phrases.entries()) {
    const start = performance.now()
    const [picture] = await draw(phrase, { seed: 1 })
    const path = `${folder}/${index + 1}.png`
    await picture.save(path)
    cells.push({ picture, caption: phrase })
    console.log(`${path}  ${phrase}  (${seconds(start)})`)
  }
  const sheet = await drawContactSheet(cells, { media, columns: 4, pictureSize: 256 })
  await files.write(`${folder}/contact-sheet.png`, await media.encodePng(sheet))
  console.log(`${folder}/contact-sheet.png  all of them`)
  await draw.dispose()
} catch (error) {
  if (!(error instanceof TesseraeError)) throw error
  console.error(error.message)
  process.exitCode = 1
}
