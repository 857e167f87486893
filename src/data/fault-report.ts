/** Counts the faults of data, and keeps the first ones to be told. */

import { type Fault, printFault } from './source.js'

export interface FaultReport {
  /** All of them. */
  readonly count: number
  /** The first ones. */
  readonly first: readonly Fault[]
}

export interface FaultCounter {
  add(fault: Fault): void
  report(): FaultReport
}

/** Keeps at most `described` faults. */
export const createFaultCounter = (described: number): FaultCounter => {
  const first: Fault[] = []
  let count = 0
  return {
    add(fault) {
      count++
      if (first.length < described) first.push(fault)
    },
    report: () => ({ count, first }),
  }
}

/** A line for each of the first faults, and one that counts the others. */
export const printFaults = ({ count, first }: FaultReport): string[] => {
  const more = count - first.length
  return [...first.map(printFault), ...(more > 0 ? [`... and ${more} more`] : [])]
}

/** A line about rows that were left out: how many, and where the first ones are. */
export const describeFaults = ({ count, first }: FaultReport): string => {
  const shown = first.slice(0, 3)
  const rest = count > shown.length ? ` and ${count - shown.length} more` : ''
  return `${count} rows left out: ${shown.map(printFault).join('; ')}${rest}`
}
