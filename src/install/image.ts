/** Where releases of the agent are, without tag. */
export const IMAGE_REPOSITORY = 'ghcr.io/fairlead/fairlead-agent';

/** Version of this package, which is the tag of its image. */
export function packageVersion(): string {
  const { version } = require('../../package.json') as { readonly version: string };
  return version;
}

/** The image that was released with this version. */
export function releasedImage(): string {
  return `${IMAGE_REPOSITORY}:${packageVersion()}`;
}
