// Runs the engine's WebAssembly module as a program that speaks over its standard input and output, as the native one does.
const { readFileSync } = require('node:fs');
const { WASI } = require('node:wasi');

const { GOMEMLIMIT, TZ } = process.env;
const env = Object.fromEntries(Object.entries({ GOMEMLIMIT, TZ }).filter(([, value]) => value !== undefined));
const wasi = new WASI({ version: 'preview1', args: ['fairlead-engine'], env, returnOnExit: false });
const imports = wasi.getImportObject();
const system = imports.wasi_snapshot_preview1;
const { fd_write: writeTo } = system;

// Standard output does not block, and the module cannot wait: what a pipe has no room for is kept here until it has.
system.fd_write = (file, vectors, count, written) => {
  if (file !== 1) return writeTo(file, vectors, count, written);
  const memory = new DataView(engine.memory.buffer);
  let total = 0;
  for (let vector = vectors; vector < vectors + 8 * count; vector += 8) {
    const address = memory.getUint32(vector, true);
    const length = memory.getUint32(vector + 4, true);
    process.stdout.write(new Uint8Array(engine.memory.buffer.slice(address, address + length)));
    total += length;
  }
  memory.setUint32(written, total, true);
  return 0;
};

const { exports: engine } = new WebAssembly.Instance(new WebAssembly.Module(readFileSync(process.argv[2])), imports);
wasi.initialize({ exports: engine });

process.stdin.on('data', (chunk) => {
  const address = engine.room(chunk.length);
  // The memory may have grown, and then it is another buffer.
  new Uint8Array(engine.memory.buffer, address, chunk.length).set(chunk);
  engine.take();
});
