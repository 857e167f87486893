/** Inputs of pipelines: one, or a list. */

/** What `answer` gives for one input, or for each of several, one after another. */
export const oneOrSeveral = async <Input, Output>(
  inputs: Input | readonly Input[],
  answer: (input: Input) => Promise<Output>,
): Promise<Output | Output[]> => {
  // A list is told apart here, so that no input may be one itself.
  if (!Array.isArray(inputs)) return answer(inputs as Input)
  const outputs: Output[] = []
  for (const input of inputs as readonly Input[]) outputs.push(await answer(input))
  return outputs
}
