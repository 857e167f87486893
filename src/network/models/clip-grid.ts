/**
 * The places of a clip's codes: a grid for the first frame, then one for each frame that follows, in
 * which codes may stand wider apart. A picture is a clip of one frame.
 */

interface Grid {
  readonly rows: number
  readonly columns: number
}

export interface ClipGrid extends Grid {
  /** How many frames there are; 1 when left out. */
  readonly frames?: number
  /** The grid of each frame after the first; that of the first when left out. */
  readonly following?: Grid
}

const codesOfFrame = ({ rows, columns }: Grid): number => rows * columns

/** How many codes the first frame has. */
export const firstCodesOf: (grid: ClipGrid) => number = codesOfFrame

/** How many codes a picture or clip has. */
export const codesOf = ({ frames = 1, following, ...first }: ClipGrid): number =>
  codesOfFrame(first) + (frames - 1) * codesOfFrame(following ?? first)

export interface ClipPlace {
  readonly time: number
  readonly row: number
  readonly column: number
}

/**
 * Where each code stands, frame by frame and row by row: the middle of what it describes, in rows
 * and columns of the first frame, so that all frames lie over each other.
 */
export const placesOf = ({ frames = 1, following, ...first }: ClipGrid): ClipPlace[] =>
  Array.from({ length: frames }, (_, time) => {
    const { rows, columns } = time === 0 ? first : (following ?? first)
    return Array.from({ length: rows * columns }, (_, place) => ({
      time,
      row: middle(Math.floor(place / columns), rows, first.rows),
      column: middle(place % columns, columns, first.columns),
    }))
  }).flat()

/** The middle of one of `parts` that together are `whole` places long. */
const middle = (index: number, parts: number, whole: number): number =>
  ((index + 0.5) * whole) / parts - 0.5
