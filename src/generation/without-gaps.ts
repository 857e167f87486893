/** Options of which those that the user left out are undefined. */
type Given<Options> = { readonly [Name in keyof Options]: Exclude<Options[Name], undefined> }

/** Drops options that were left out, lest they hide the model's own defaults. */
export const withoutGaps = <Options extends object>(options: Options): Partial<Given<Options>> =>
  // Nothing else is dropped than what is undefined.
  Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as Partial<
    Given<Options>
  >
