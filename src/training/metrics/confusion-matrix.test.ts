import { describe, expect, test } from 'vitest'
import { createNodeMedia } from '../../platform/node/media.js'
import { drawConfusionMatrix } from './confusion-matrix.js'

const counts = [
  [90, 10],
  [5, 45],
]
const matrix = drawConfusionMatrix({ title: '体育 & news', labels: ['体育', 'news'], counts })

describe('a confusion matrix', () => {
  test('has a cell for each pair of labels, with its number', () => {
    // One more for the ground.
    expect(matrix.svg.match(/<rect /g)).toHaveLength(4 + 1)
    for (const count of counts.flat()) expect(matrix.svg).toContain(`>${count}</text>`)
  })

  test('names the labels on both sides, in any script, and escapes what is markup', () => {
    expect(matrix.svg.match(/>体育<\/text>/g)).toHaveLength(2)
    expect(matrix.svg).toContain('体育 &amp; news')
  })

  test('shortens long labels and leaves numbers out where there are many', () => {
    const labels = Array.from({ length: 40 }, (_, place) =>
      `a label of many words ${place} `.repeat(3),
    )
    const { svg } = drawConfusionMatrix({
      title: 'many',
      labels,
      counts: labels.map(() => labels.map(() => 7)),
    })
    expect(svg).toContain('…</text>')
    expect(svg).not.toContain('>7</text>')
  })

  // Names of flowers are some tenths of a pixel more than a whole number wide.
  test.each([
    ['体育', 'news'],
    ['Iris-versicolor', 'setosa'],
  ])('becomes a picture of its size: %s, %s', async (...labels) => {
    const media = createNodeMedia()
    const drawn = drawConfusionMatrix({ title: 'flowers', labels, counts })
    const picture = await media.rasterize(drawn.svg, drawn)
    expect([picture.width, picture.height]).toEqual([drawn.width, drawn.height])
    await media.close()
  })
})
