// Runs the engine's WebAssembly module as a program that speaks over its standard input and output, as the native one does.
const { readFileSync } = require('node:fs');
const { WASI } = require('node:wasi');

const { GOMEMLIMIT, TZ } = process.env;
const env = Object.fromEntries(Object.entries({ GOMEMLIMIT, TZ }).filter(([, value]) => value !== undefined));
const wasi = new WASI({ version: 'preview1', args: ['fairlead-engine'], env, returnOnExit: false });
const { exports: engine } = new WebAssembly.Instance(new WebAssembly.Module(readFileSync(process.argv[2])), wasi.getImportObject());
wasi.initialize({ exports: engine });

process.stdin.on('data', (chunk) => {
  const address = engine.room(chunk.length);
  // The memory may have grown, and then it is another buffer.
  new Uint8Array(engine.memory.buffer, address, chunk.length).set(chunk);
  engine.take();
});
