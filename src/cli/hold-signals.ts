const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Does what must not be left half done: a signal that ends the command, such as Ctrl-C, does so afterwards. */
export async function holdSignals<T>(work: () => Promise<T>): Promise<T> {
  const held: NodeJS.Signals[] = [];
  const hold = (signal: NodeJS.Signals) => held.push(signal);
  for (const signal of SIGNALS) process.on(signal, hold);
  try {
    return await work();
  } finally {
    for (const signal of SIGNALS) process.off(signal, hold);
    for (const signal of held) process.kill(process.pid, signal);
  }
}
