/**
 * Draws four phrases with the model that comes with the repository, one PNG each and a contact sheet,
 * and with the model of clips two more, an animated GIF each and a sheet of their frames, in `demo/`.
 *
 * Usage: npm run demo
 */

import { createNodePlatform, pipeline, TesseraeError } from 'tesserae'
import { drawContactSheet } from 'tesserae/data'

const phrases = ['a red apple', 'grinning cat, Twemoji style', 'a rocket', 'OpenMoji 风格的向日葵']
const clipPhrases = [
  'a woman with red hair and a teal shirt walks to the right',
  '一个黑头发、穿红色衬衫的男人向左走',
]
const clipModel = 'pretrained/sprites'
const folder = 'demo'

const seconds = (start) => `${((performance.now() - start) / 1000).toFixed(1)} s`

const { files, media } = createNodePlatform()

const drawPictures = async () => {
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
}

const drawClips = async () => {
  const loading = performance.now()
  const draw = await pipeline('text-to-video', clipModel)
  console.log(`loaded the model of clips in ${seconds(loading)}`)
  const cells = []
  for (const [index, phrase] of clipPhrases.entries()) {
    const start = performance.now()
    const [clip] = await draw(phrase, { seed: 1 })
    const path = `${folder}/clip-${index + 1}.gif`
    await clip.save(path)
    const { data, width, height, channels, frames } = clip
    const picture = { data, width, height: height * frames, channels, frames }
    cells.push({ picture, caption: phrase })
    console.log(`${path}  ${phrase}  (${seconds(start)})`)
  }
  const sheet = await drawContactSheet(cells, { media })
  await files.write(`${folder}/clips.png`, await media.encodePng(sheet))
  console.log(`${folder}/clips.png  their frames`)
  await draw.dispose()
}

try {
  await drawPictures()
  if ((await files.stat(clipModel)) === undefined) {
    console.log(`${clipModel}: there is no model of clips here, so none are drawn`)
  } else {
    await drawClips()
  }
} catch (error) {
  if (!(error instanceof TesseraeError)) throw error
  console.error(error.message)
  process.exitCode = 1
}
