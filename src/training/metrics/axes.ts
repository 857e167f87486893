/** Axes of charts: where ticks stand, and how their numbers read. */

/** Maps values to positions from 0 to 1 and says where the ticks are. */
export interface Axis {
  readonly ticks: readonly Tick[]
  position(value: number): number
}

interface Tick {
  readonly value: number
  readonly label: string
}

/** Below this, steps between ticks would lose their digits. */
const tiniest = 1e-290

/** An axis from round number to round number, with about `count` steps between. */
export const linearAxis = (low: number, high: number, count: number): Axis => {
  const size = Math.max(Math.abs(low), Math.abs(high))
  // Rounding errors are no range to be shown: it is as large as the value then, or 1.
  const range = [high - low, size].find((one) => one > Math.max(size * 1e-9, tiniest)) ?? 1
  const step = roundStep(range / count)
  const first = Math.floor(low / step + 1e-9)
  const last = Math.max(first + 1, Math.ceil(high / step - 1e-9))
  const ticks: Tick[] = []
  for (let index = first; index <= last; index++) {
    ticks.push({ value: index * step, label: formatTick(index * step, step) })
  }
  return { ticks, position: (value) => (value / step - first) / (last - first) }
}

/** A logarithmic axis; both ends are positive. */
export const logarithmicAxis = (low: number, high: number, count: number): Axis => {
  // A little room, so that no curve touches the frame; a single value is given a decade.
  const range = Math.log(high) - Math.log(low)
  const room = range > 0 ? Math.max(range * 0.04, 0.01) : Math.LN10 / 2
  const [start, end] = [Math.log(low) - room, Math.log(high) + room]
  return {
    ticks: logarithmicTicks(Math.max(Math.exp(start), tiniest), Math.exp(end), count),
    position: (value) => (Math.log(value) - start) / (end - start),
  }
}

const fewestTicks = 4

/** Multiples of powers of ten as the range allows; for less than a decade, round steps. */
const logarithmicTicks = (low: number, high: number, count: number): Tick[] => {
  for (const factors of [[1], [1, 3], [1, 2, 5], [1, 2, 3, 5, 7]]) {
    const values = multiplesOfPowers(factors, low, high)
    if (values.length < fewestTicks) continue
    const every = Math.ceil(values.length / (count + 1))
    return values
      .filter((_, index) => index % every === 0)
      .map((value) => ({ value, label: formatTick(value, value) }))
  }
  for (let steps = count; ; steps *= 2) {
    const ticks = linearAxis(low, high, steps).ticks.filter(
      ({ value }) => value >= low && value <= high,
    )
    if (ticks.length >= fewestTicks) return ticks
  }
}

/** The values from low to high that are one of the factors times a power of ten. */
const multiplesOfPowers = (factors: readonly number[], low: number, high: number): number[] => {
  const values: number[] = []
  for (let power = Math.floor(Math.log10(low)); power <= Math.log10(high); power++) {
    for (const factor of factors) {
      const value = Number(`${factor}e${power}`)
      if (value >= low && value <= high) values.push(value)
    }
  }
  return values
}

/** 1, 2 or 5 times a power of ten, at least the given step. */
const roundStep = (step: number): number => {
  const power = 10 ** Math.floor(Math.log10(step))
  const factor = [1, 2, 5].find((candidate) => candidate * power >= step * (1 - 1e-9)) ?? 10
  return factor * power
}

/** A number with the digits that a distance of `step` to its neighbours needs. */
const formatTick = (value: number, step: number): string => {
  const [size, scale] = [Math.abs(value), Math.abs(step)]
  if (scale >= 1e9) return value === 0 ? '0' : formatPower(value, scale)
  if (size >= 1e6 && scale >= 1e5) return `${round(value / 1e6, scale / 1e6)}M`
  if (size >= 1e4 && scale >= 1e3) return `${round(value / 1e3, scale / 1e3)}k`
  if (scale < 1e-4) return size < scale / 2 ? '0' : formatPower(value, scale)
  return round(value, scale)
}

/** A number such as 5e−5, with the digits that a distance of `step` to its neighbours needs. */
const formatPower = (value: number, step: number): string => {
  const digits = Math.floor(Math.log10(Math.abs(value))) - Math.floor(Math.log10(step)) + 1
  const rounded = Number(value.toPrecision(Math.min(Math.max(digits, 1), 15)))
  return rounded.toExponential().replace('e+', 'e').replace(/-/g, '−')
}

const round = (value: number, step: number): string => {
  const decimals = Math.max(0, -Math.floor(Math.log10(step) + 1e-9))
  return formatNumber(value.toFixed(decimals))
}

/** A printed number with commas between thousands and a true minus sign. */
const formatNumber = (digits: string): string => {
  const [whole = '', fraction] = digits.split('.')
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ',').replace(/^-/, '−')
  const isZero = !/[1-9]/.test(digits)
  return `${isZero ? grouped.replace('−', '') : grouped}${fraction ? `.${fraction}` : ''}`
}

/** A measured value as a reader wants it: four digits. */
export const formatValue = (value: number): string => {
  const size = Math.abs(value)
  if (size >= 1e9 || (size > 0 && size < 1e-3)) {
    return value.toExponential(2).replace('e+', 'e').replace(/-/g, '−')
  }
  return formatNumber(
    value.toFixed(size >= 1000 ? 0 : Math.max(0, 3 - Math.floor(Math.log10(size || 1)))),
  )
}

/** A whole number, such as a step. */
export const formatCount = (value: number): string => formatNumber(value.toFixed(0))
