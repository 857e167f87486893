import { describe, expect, test } from 'vitest'
import { drawCurves } from './curves.js'

/** The places of a path's corners. */
const cornersOf = (path: string) =>
  [...path.matchAll(/[ML]([\d.-]+) ([\d.-]+)/g)].map(([, x, y]) => [Number(x), Number(y)])

const pathsOf = (svg: string) =>
  [...svg.matchAll(/<path d="([^"]*)" fill="none" stroke="([^"]*)"/g)].map(([, path, colour]) => ({
    corners: cornersOf(path!),
    colour: colour!,
  }))

const textsOf = (svg: string) => [...svg.matchAll(/<text [^>]*>([^<]*)</g)].map(([, text]) => text)

describe('curves', () => {
  const train = {
    name: 'train',
    points: [
      [0, 4],
      [50, 2],
      [100, 1],
    ] as const,
  }
  const validation = {
    name: 'validation',
    points: [
      [0, 4],
      [50, 3],
      [100, 3.5],
    ] as const,
  }

  test('are lines in colours of their own, from the first step at the left to the last at the right', () => {
    const paths = pathsOf(drawCurves({ title: 'Loss', curves: [train, validation] }))
    expect(new Set(paths.map(({ colour }) => colour)).size).toBe(2)
    const [[left, top], [middle, half], [right, bottom]] = paths[0]!.corners as [
      [number, number],
      [number, number],
      [number, number],
    ]
    expect(left).toBe(64)
    expect(right).toBe(880 - 28)
    expect(middle).toBeCloseTo((left + right) / 2, 1)
    expect((half - top) / (bottom - half)).toBeCloseTo(2, 1) // 4 to 2 and 2 to 1
  })

  test('have equal ratios at equal heights on a logarithmic axis', () => {
    const svg = drawCurves({ title: 'Loss', curves: [train], isLogarithmic: true })
    const [[, four], [, two], [, one]] = pathsOf(svg)[0]!.corners as [number, number][] as [
      [number, number],
      [number, number],
      [number, number],
    ]
    expect(two - four).toBeCloseTo(one - two, 0)
  })

  test('are named with their last values, and the lowest point where it is asked for', () => {
    const texts = textsOf(
      drawCurves({
        title: 'Words to pictures',
        valueName: 'loss a code',
        curves: [train, { ...validation, isLowestMarked: true }],
      }),
    )
    for (const text of ['Words to pictures', 'loss a code', 'step', 'train', '1.000']) {
      expect(texts).toContain(text)
    }
    expect(texts).toContain('3.500')
    expect(texts).toContain('3.000 at step 50')
    expect(texts).not.toContain('1.000 at step 100')
  })

  test('of more names than a row holds have a legend of several rows, and the plot moves down', () => {
    const named = Array.from({ length: 8 }, (_, index) => ({
      name: `validation of part ${index}`,
      points: train.points,
    }))
    const few = drawCurves({ title: 'x', curves: named.slice(0, 2) })
    const many = drawCurves({ title: 'x', curves: named })
    const placesOf = (svg: string) =>
      Array.from(svg.matchAll(/<text x="([\d.]+)" y="([\d.]+)"[^>]*>validation/g), ([, x, y]) => ({
        x: Number(x),
        y: Number(y),
      }))
    const places = placesOf(many)
    expect(places).toHaveLength(8)
    expect(new Set(placesOf(few).map(({ y }) => y)).size).toBe(1)
    expect(new Set(places.map(({ y }) => y)).size).toBeGreaterThan(1)
    for (const { x } of places) expect(x).toBeLessThan(880 - 100)
    const topOf = (svg: string) => Math.min(...pathsOf(svg)[0]!.corners.map(([, y]) => y!))
    expect(topOf(many)).toBeGreaterThan(topOf(few))
    expect(topOf(many)).toBeGreaterThan(Math.max(...places.map(({ y }) => y)))
  })

  test('with many points are drawn faintly, and their trend strongly', () => {
    const points = Array.from({ length: 5000 }, (_, step) => [step, 2 + (step % 2)] as const)
    const svg = drawCurves({ title: 'Noise', curves: [{ name: 'train', points }] })
    expect(pathsOf(svg)).toHaveLength(2)
    expect(svg).toContain('stroke-opacity="0.25"')
    const heights = pathsOf(svg)[1]!.corners.map(([, y]) => y!)
    expect(Math.max(...heights) - Math.min(...heights)).toBeLessThan(15)
    expect(svg.length).toBeLessThan(200_000)
  })

  test('are interrupted where the loss is not finite, or not positive on a logarithmic axis', () => {
    const points = [
      [0, 3],
      [1, Number.NaN],
      [2, 2],
      [3, 0],
      [4, 1],
    ] as const
    const draw = (isLogarithmic: boolean) =>
      drawCurves({ title: 'x', curves: [{ name: 'a', points }], isLogarithmic })
    expect(pathsOf(draw(false))[0]!.corners).toHaveLength(4)
    expect(pathsOf(draw(true))[0]!.corners).toHaveLength(3)
    for (const isLogarithmic of [true, false])
      expect(draw(isLogarithmic)).not.toMatch(/NaN|Infinity/)
  })

  test.each([
    ['no curve', []],
    ['no point', [{ name: 'train', points: [] }]],
    [
      'no finite value',
      [{ name: 'train', points: [[1, Number.NaN]] as const, isLowestMarked: true }],
    ],
  ])('say so when there is %s', (_, curves) => {
    for (const isLogarithmic of [true, false]) {
      const svg = drawCurves({ title: 'Empty', curves, isLogarithmic })
      expect(textsOf(svg)).toContain('nothing measured yet')
      expect(svg).not.toMatch(/NaN|Infinity|undefined/)
    }
  })

  test('of a single point are a dot', () => {
    const svg = drawCurves({ title: 'One', curves: [{ name: 'train', points: [[10, 2.5]] }] })
    expect(svg).toMatch(/<circle /)
    expect(svg).not.toMatch(/NaN|Infinity|undefined/)
  })

  test('cannot break the picture with their names', () => {
    const svg = drawCurves({ title: '<script>"&\u0000', curves: [{ name: 'a<b', points: [] }] })
    expect(svg).toContain('<title>&lt;script&gt;&quot;&amp;\ufffd</title>')
    expect(svg).toContain('a&lt;b')
  })
})
