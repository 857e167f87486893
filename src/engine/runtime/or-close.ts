/** What is made of something open, which is closed where that is not possible. */
export const orClose = async <Made>(
  opened: { close(): Promise<void> },
  make: () => Made | Promise<Made>,
): Promise<Made> => {
  try {
    return await make()
  } catch (error) {
    await opened.close()
    throw error
  }
}
