/** Numbers as people read them: sizes, durations and counts with the digits that matter. */

const prefixes = ['', 'k', 'M', 'G', 'T', 'P']

/** A number with a decimal prefix and a unit: 1.2 GB, 45 kB, 150 GFLOP/s. */
export const formatScaled = (value: number, unit: string): string => {
  if (!Number.isFinite(value)) return `? ${unit}`
  let scaled = value
  let prefix = 0
  // What would be rounded to four digits takes the next prefix.
  while (Math.abs(scaled) >= 999.5 && prefix < prefixes.length - 1) {
    scaled /= 1000
    prefix++
  }
  const digits = prefix > 0 && Math.abs(scaled) < 9.95 ? 1 : 0
  return `${scaled.toFixed(digits)} ${prefixes[prefix]}${unit}`
}

/** Bytes: 1.2 GB. */
export const formatBytes = (bytes: number): string => formatScaled(bytes, 'B')

const minute = 60
const hour = 60 * minute
const day = 24 * hour

/** Seconds in one or two units: 340 ms, 3.2 s, 3 m 20 s, 2 h 5 m, 3 d 4 h. */
export const formatDuration = (seconds: number): string => {
  if (!Number.isFinite(seconds)) return '?'
  if (seconds < 0.9995) return `${Math.round(seconds * 1000)} ms`
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`
  if (seconds < hour - 0.5) return inUnits(Math.round(seconds), [minute, 'm'], [1, 's'])
  if (seconds < day - 30)
    return inUnits(Math.round(seconds / minute) * minute, [hour, 'h'], [minute, 'm'])
  return inUnits(Math.round(seconds / hour) * hour, [day, 'd'], [hour, 'h'])
}

type DurationUnit = readonly [seconds: number, name: string]

const inUnits = (seconds: number, ...units: readonly DurationUnit[]): string => {
  let rest = seconds
  return units
    .flatMap(([size, name]) => {
      const count = Math.floor(rest / size)
      rest -= count * size
      return count === 0 ? [] : [`${count} ${name}`]
    })
    .join(' ')
}

/** A count with separators: 6,398,500. */
export const formatCount = (count: number): string => count.toLocaleString('en-US')

/** A measured number with three digits that matter: 3.21, 0.0123, 12,300. */
export const formatMeasure = (value: number): string => {
  if (!Number.isFinite(value)) return String(value)
  const rounded = Number(value.toPrecision(3))
  const size = Math.abs(rounded)
  if (size !== 0 && size < 1e-4) return rounded.toExponential()
  // Padded with zeros so that a number that changes in place keeps its width.
  const decimals = size >= 100 ? 0 : size >= 10 ? 1 : size >= 1 || size === 0 ? 2 : 3
  return rounded.toLocaleString('en-US', {
    minimumFractionDigits: decimals,
    maximumFractionDigits: 6,
  })
}
