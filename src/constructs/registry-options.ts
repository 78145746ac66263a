import { Duration, Lazy } from 'cdk8s';
import { errors, type FairleadError } from '../common/errors';
import { durationText } from './duration-text';
import type { Json } from './maps';

/** How a cluster reads an image repository. */
export interface RegistryOptions {
  readonly interval?: Duration;
  readonly secretName?: string;
  readonly insecure?: boolean;
}

interface Asked extends RegistryOptions {
  readonly image: string;
  readonly policy: string;
}

const INTERVAL = Duration.minutes(1);

/** What several policies say of one repository, which has one ImageRepository object in a cluster. */
export class RegistryOptionsOf {
  private readonly asked: Asked[] = [];

  constructor(
    private readonly name: string,
    image: string,
    policy: string,
    options: RegistryOptions,
  ) {
    this.add(image, policy, options);
  }

  add(image: string, policy: string, options: RegistryOptions): void {
    this.asked.push({ ...options, image, policy });
  }

  get spec(): Json {
    return {
      image: this.asked[0].image,
      interval: Lazy.any({ produce: () => durationText(this.shortestInterval()) }),
      secretRef: Lazy.any({ produce: () => this.secretRef() }),
      insecure: Lazy.any({ produce: () => this.asked.find(({ insecure }) => insecure)?.insecure }),
    };
  }

  problems(): FairleadError[] {
    const [{ image, policy }] = this.asked;
    const other = this.asked.find((asked) => asked.image !== image);
    const taken =
      other &&
      errors.ImageObjectTwice({
        kind: 'ImageRepository',
        name: this.name,
        first: `${image} (${policy})`,
        second: `${other.image} (${other.policy})`,
      });
    return [...(taken ? [taken] : []), ...this.difference('secretName'), ...this.difference('insecure')];
  }

  private difference(option: 'secretName' | 'insecure'): FairleadError[] {
    const [first, ...others] = this.asked.filter((asked) => asked[option] !== undefined);
    const second = others.find((asked) => asked[option] !== first[option]);
    if (!second) return [];
    const { image, policy } = first;
    return [
      errors.ImageRegistryDiffers({
        option,
        repository: image,
        first: String(first[option]),
        firstPolicy: policy,
        second: String(second[option]),
        secondPolicy: second.policy,
      }),
    ];
  }

  private secretRef(): Json | undefined {
    const name = this.asked.find(({ secretName }) => secretName !== undefined)?.secretName;
    return name === undefined ? undefined : { name };
  }

  private shortestInterval(): Duration {
    const given = this.asked.flatMap(({ interval }) => interval ?? []);
    return given.reduce((shortest, one) => (one.toMilliseconds() < shortest.toMilliseconds() ? one : shortest), given[0] ?? INTERVAL);
  }
}
