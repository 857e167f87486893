/**
 * Draws curves of training, such as losses by step, as an SVG picture. Curves of many points are
 * drawn twice: faintly as they are, and strongly as their trend.
 */

import { escapeXml, widthOf } from '../../data/sheets/sheet-text.js'
import { type Axis, formatCount, formatValue, linearAxis, logarithmicAxis } from './axes.js'
import { type LinePoint, pathOf, smooth, thinOut } from './lines.js'
import { drawSvg, drawText, ink } from './svg-text.js'

export interface Curve {
  readonly name: string
  /** By ascending step. Values that are not finite interrupt the line. */
  readonly points: readonly (readonly [step: number, value: number])[]
  /** Whether the lowest point is marked and named. */
  readonly isLowestMarked?: boolean
}

export interface CurvesOptions {
  readonly title: string
  readonly curves: readonly Curve[]
  readonly valueName?: string
  readonly stepName?: string
  /** Whether values are on a logarithmic axis; zero and less are gaps there. */
  readonly isLogarithmic?: boolean
  /** Pixels; a legend of several rows adds to the height. */
  readonly width?: number
  readonly height?: number
}

/** A line chart as SVG text, on a white ground. */
export const drawCurves = ({
  title,
  curves,
  valueName = 'loss',
  stepName = 'step',
  isLogarithmic = false,
  width = 880,
  height = 480,
}: CurvesOptions): string => {
  const legendTop = 64
  const legend = layOutLegend(curves, width - 28)
  const legendHeight = (legend.at(-1)?.row ?? 0) * legendRowHeight
  const plot: Plot = {
    left: 64,
    right: width - 28,
    top: legendTop + legendHeight + 46,
    bottom: height + legendHeight - 54,
  }
  const lines = curves.map(({ points }) =>
    points.map(([x, y]) => ({ x, y: isLogarithmic && y <= 0 ? Number.NaN : y })),
  )
  const measured = lines.flat().filter(({ y }) => Number.isFinite(y))
  const [low, high] = rangeOf(measured.map(({ y }) => y)) ?? [isLogarithmic ? 0.1 : 0, 1]
  const values = (isLogarithmic ? logarithmicAxis : linearAxis)(low, high, 5)
  const steps = stepAxis(rangeOf(measured.map(({ x }) => x)) ?? [0, 1])
  const place = ({ x, y }: LinePoint): LinePoint => ({
    x: plot.left + steps.position(x) * (plot.right - plot.left),
    y: plot.bottom - values.position(y) * (plot.bottom - plot.top),
  })
  const fullHeight = height + legendHeight
  const parts = [
    `<title>${escapeXml(title)}</title>`,
    `<rect width="${width}" height="${fullHeight}" fill="#ffffff"/>`,
    drawText({ x: 28, y: 38 }, title, { size: 19, weight: 600, colour: ink }),
    legend.map((entry, index) => drawLegendEntry(entry, legendTop, colourOf(index))),
    drawText({ x: 28, y: plot.top - 17 }, valueName, { size: 12 }),
    drawText({ x: plot.right, y: plot.bottom + 42 }, stepName, { size: 12, anchor: 'end' }),
    values.ticks.map(({ value, label }) => drawValueTick(place({ x: 0, y: value }).y, label, plot)),
    `<path d="M${plot.left} ${plot.bottom}H${plot.right}" stroke="${axisColour}"/>`,
    steps.ticks.map(({ value, label }) => drawStepTick(place({ x: value, y: 1 }).x, label, plot)),
    measured.length === 0
      ? drawText(centreOf(plot), 'nothing measured yet', { anchor: 'middle' })
      : [],
    lines.map((line, index) => drawLine(line, colourOf(index), place)),
    lines.map((line, index) =>
      curves[index]!.isLowestMarked
        ? drawLowest(line, { colour: colourOf(index), place, plot, stepName })
        : [],
    ),
  ]
  return drawSvg({ width, height: fullHeight }, parts.flat(2))
}

interface Plot {
  readonly left: number
  readonly right: number
  readonly top: number
  readonly bottom: number
}

const gridColour = '#e7eaee'
const axisColour = '#aab4c0'

/** Told apart with every kind of colour vision, and in print by their lightness. */
const colours = ['#2a6fbb', '#e07b1f', '#1f9d78', '#8e5bb5', '#d1495b', '#8a6d3b']

const colourOf = (index: number): string => colours[index % colours.length]!

const rangeOf = (values: readonly number[]): [low: number, high: number] | undefined =>
  values.length === 0
    ? undefined
    : [
        values.reduce((low, value) => Math.min(low, value)),
        values.reduce((high, value) => Math.max(high, value)),
      ]

/** Ends with the last step, wherever that is, and starts at 0 unless the first step is far off. */
const stepAxis = ([first, last]: readonly [number, number]): Axis => {
  const start = first <= (last - first) / 4 ? 0 : first
  const end = Math.max(last, start + 1)
  const ticks = linearAxis(start, end, Math.min(7, end - start)).ticks.filter(
    ({ value }) => value >= start && value <= end,
  )
  return { ticks, position: (step) => (step - start) / (end - start) }
}

const drawValueTick = (y: number, label: string, { left, right }: Plot): string[] => [
  `<path d="M${left} ${y.toFixed(1)}H${right}" stroke="${gridColour}"/>`,
  drawText({ x: left - 10, y: y + 4 }, label, { size: 12, anchor: 'end' }),
]

const drawStepTick = (x: number, label: string, { bottom }: Plot): string[] => [
  `<path d="M${x.toFixed(1)} ${bottom}v5" stroke="${axisColour}"/>`,
  drawText({ x, y: bottom + 21 }, label, { size: 12, anchor: 'middle' }),
]

/** Curves of more points than this look like noise at the size of a chart. */
const smoothedFrom = 120

const drawLine = (
  line: readonly LinePoint[],
  colour: string,
  place: (point: LinePoint) => LinePoint,
): string[] => {
  const drawPath = (points: readonly LinePoint[], style: string) =>
    `<path d="${pathOf(thinOut(points.map(place)))}" fill="none" stroke="${colour}" ` +
    `stroke-linejoin="round" stroke-linecap="round" ${style}/>`
  const strong = 'stroke-width="2.2"'
  const [first, ...others] = line.filter(({ y }) => Number.isFinite(y))
  if (first === undefined) return []
  if (others.length === 0)
    return [drawDot(place(first), { radius: 2.5, fill: colour, stroke: colour })]
  if (line.length < smoothedFrom) return [drawPath(line, strong)]
  const trend = smooth(line, line.length / 30)
  return [drawPath(line, 'stroke-width="1" stroke-opacity="0.25"'), drawPath(trend, strong)]
}

interface LowestStyle {
  readonly colour: string
  readonly place: (point: LinePoint) => LinePoint
  readonly plot: Plot
  readonly stepName: string
}

const drawLowest = (
  line: readonly LinePoint[],
  { colour, place, plot, stepName }: LowestStyle,
): string[] => {
  const measured = line.filter(({ y }) => Number.isFinite(y))
  if (measured.length === 0) return []
  const lowest = measured.reduce((best, point) => (point.y < best.y ? point : best))
  const { x, y } = place(lowest)
  const label = `${formatValue(lowest.y)} at ${stepName} ${formatCount(lowest.x)}`
  const anchor = x + widthOf(label, 12) / 2 > plot.right ? 'end' : 'middle'
  const labelPlace = {
    x: anchor === 'end' ? plot.right : x,
    y: y + 22 < plot.bottom ? y + 22 : y - 13,
  }
  return [
    drawDot({ x, y }, { radius: 4.5, fill: '#ffffff', stroke: colour }),
    drawText(labelPlace, label, { size: 12, weight: 600, colour, anchor, isOutlined: true }),
  ]
}

const drawDot = (
  { x, y }: LinePoint,
  { radius, fill, stroke }: { radius: number; fill: string; stroke: string },
): string =>
  `<circle cx="${x.toFixed(1)}" cy="${y.toFixed(1)}" r="${radius}" fill="${fill}" ` +
  `stroke="${stroke}" stroke-width="2.2"/>`

const legendRowHeight = 24

interface LegendEntry {
  readonly name: string
  /** The curve's last value. */
  readonly value: string
  readonly row: number
  readonly left: number
  readonly nameLeft: number
  readonly valueLeft: number
}

/** Places the name of each curve and its last value, in as many rows as the width asks for. */
const layOutLegend = (curves: readonly Curve[], right: number): LegendEntry[] => {
  const start = 28
  let row = 0
  let x = start
  return curves.map(({ name, points }) => {
    const last = points.findLast(([, value]) => Number.isFinite(value))
    const value = last === undefined ? '' : formatValue(last[1])
    const toName = 30
    const toValue = toName + widthOf(name, 13) + 8
    const extent = toValue + widthOf(value, 13)
    if (x > start && x + extent > right) {
      row++
      x = start
    }
    const left = x
    x += extent + 28
    return { name, value, row, left, nameLeft: left + toName, valueLeft: left + toValue }
  })
}

const drawLegendEntry = (
  { name, value, row, left, nameLeft, valueLeft }: LegendEntry,
  top: number,
  colour: string,
): string[] => {
  const y = top + row * legendRowHeight
  return [
    `<path d="M${left + 1.5} ${y - 4.5}h19" stroke="${colour}" stroke-width="3" stroke-linecap="round"/>`,
    drawText({ x: nameLeft, y }, name, { colour: ink }),
    drawText({ x: valueLeft, y }, value, { colour: ink, weight: 600 }),
  ]
}

const centreOf = ({ left, right, top, bottom }: Plot): LinePoint => ({
  x: (left + right) / 2,
  y: (top + bottom) / 2,
})
