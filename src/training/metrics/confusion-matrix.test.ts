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

  test('becomes a picture of its size', async () => {
    const media = createNodeMedia()
    const picture = await media.rasterize(matrix.svg, matrix)
    expect([picture.width, picture.height]).toEqual([matrix.width, matrix.height])
    await media.close()
  })
})
