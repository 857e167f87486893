/** Something with a lifetime, such as a program or buffers. */
export interface Closable {
  close(): Promise<void>
}

/** What `use` makes of something that is opened for it alone, and closed however that ends. */
export const whileOpen = async <Opened extends Closable, Result>(
  opening: Opened | Promise<Opened>,
  use: (opened: Opened) => Promise<Result>,
): Promise<Result> => {
  const opened = await opening
  try {
    return await use(opened)
  } finally {
    await opened.close()
  }
}
