/** The least multiple of a step that is no less, such as a length that few programs serve. */
export const roundUp = (count: number, step: number): number => Math.ceil(count / step) * step
