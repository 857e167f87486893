import type { PlannedExample } from '../../data/order/plan.js'
import type { TokenRow } from '../objectives/language.js'

/** Where rows come from: a stream's windows, or texts of their own. */
export interface RowSource {
  /** Rows in an epoch. */
  readonly count: number
  read(row: PlannedExample): Promise<TokenRow>
}

/** Rows that are all in memory. */
export const rowsInMemory = (rows: readonly TokenRow[]): RowSource => ({
  count: rows.length,
  read: async ({ index }) => rows[index]!,
})
