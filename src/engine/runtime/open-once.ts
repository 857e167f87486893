import type { Closable } from './while-open.js'

/** What is opened when it is first asked for, by name, and closed together. */
export interface OpenedOnce<Opened> {
  /**
   * What has the name, opened now where it is not yet. Whoever asks for what cannot be opened is
   * told, and the next one tries anew.
   */
  get(name: string, open: () => Promise<Opened>): Promise<Opened>
  /** Closes all that was opened, and what is being opened: also where one of it cannot be closed. */
  close(): Promise<void>
}

export const openOnce = <Opened extends Closable>(): OpenedOnce<Opened> => {
  const opening = new Map<string, Promise<Opened>>()
  return {
    get(name, open) {
      const known = opening.get(name)
      if (known !== undefined) return known
      const opened = open()
      opening.set(name, opened)
      opened.catch(() => opening.delete(name))
      return opened
    },
    async close() {
      const all = [...opening.values()]
      opening.clear()
      await Promise.all(all.map(async (one) => (await one.catch(() => undefined))?.close()))
    },
  }
}
