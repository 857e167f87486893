/** How far a longer work has come, for the progress line. */

import { formatCount } from './quantities.js'
import type { Terminal } from './terminal.js'

/** Shows `pictures: 1,200 of 7,600`. */
export const showWork =
  ({ showProgress }: Pick<Terminal, 'showProgress'>) =>
  (work: string, done: number, total?: number): void =>
    showProgress(
      `${work}: ${formatCount(done)}${total === undefined ? '' : ` of ${formatCount(total)}`}`,
    )
