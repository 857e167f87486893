/** The times of a run: when something is due, how long it has trained, and how long it waited for data. */

/** How often something happens. */
export type Interval = { readonly steps: number } | { readonly seconds: number }

/** Tells when an interval is over; asked once a step. `now` tells milliseconds, here and below. */
export const createAlarm = (interval: Interval, now: () => number) => {
  let last = now()
  return {
    isDue: (step: number): boolean =>
      'steps' in interval ? step % interval.steps === 0 : now() - last >= interval.seconds * 1000,
    reset: () => {
      last = now()
    },
  }
}

/** The milliseconds that anything is said to take at least: the clock may stand still meanwhile. */
const shortest = 1

/** The clock of a run, which has trained for some seconds before. */
export const createRunClock = (now: () => number, trainedBefore: number) => {
  const startedAt = now()
  let stepStartedAt = startedAt
  let waited = 0
  const sinceStart = () => now() - startedAt
  const secondsSinceStart = () => Math.max(shortest, sinceStart()) / 1000
  return {
    /** A step begins, and waits for its data. */
    startStep() {
      stepStartedAt = now()
    },
    /** Its data are there. */
    endWaiting() {
      waited += now() - stepStartedAt
    },
    secondsOfStep: () => Math.max(shortest, now() - stepStartedAt) / 1000,
    /** Since the start or resumption. */
    secondsSinceStart,
    /** Of all resumptions together. */
    trainedSeconds: () => trainedBefore + sinceStart() / 1000,
    /** The share of the time since the start or resumption that was spent waiting for data. */
    waitingShare: () => waited / 1000 / secondsSinceStart(),
  }
}

export type RunClock = ReturnType<typeof createRunClock>
