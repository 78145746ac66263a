/** What Node runs first in a Pod: who listens on every address listens on the Pod's alone, because all Pods of the process node share one network. */
export function listenOn(ip: string): string {
  return `--import=data:text/javascript,${encodeURIComponent(`import net from 'node:net';
const ip = ${JSON.stringify(ip)};
const anywhere = (host) => host === undefined || host === null || host === '' || host === '::' || host === '0.0.0.0';
const { listen } = net.Server.prototype;
net.Server.prototype.listen = function (...args) {
  const [first, second] = args;
  if (typeof first === 'object' && first !== null && first.port !== undefined) {
    if (anywhere(first.host)) args[0] = { ...first, host: ip };
  } else if (/^\\d+$/.test(String(first))) {
    if (typeof second === 'string' || second === null || second === undefined) args[1] = anywhere(second) ? ip : second;
    else args.splice(1, 0, ip);
  }
  return listen.apply(this, args);
};`)}`;
}
