import { ApiObject, Chart, Duration } from 'cdk8s';
import { errors, type FairleadError } from '../common/errors';
import { fluxFieldsOf } from '../images/flux-policy';
import type { ImageRule } from '../model/image-rule';
import { type Kind, kinds } from '../model/kinds';
import { annotations, DERIVED, labels } from '../model/labels';
import { apiVersionOf } from '../model/object';
import { lockBookOf } from '../synth/locks';
import { IMAGES_LAYER, setPlacement } from '../synth/placement';
import { mint } from '../synth/tokens';
import type { Automation } from './automation';
import type { Cluster } from './cluster';
import { durationText } from './duration-text';
import { imageObjectName } from './image-name';
import { kindScope } from './kind-scope';
import type { Json } from './maps';
import { type RegistryOptions, RegistryOptionsOf } from './registry-options';
import { updateAutomationSpec } from './update-automation';
import { validate } from './validation';

/** An ImagePolicy object to be made. */
export interface PolicyRequest {
  readonly name: string;
  readonly rule: ImageRule;
  /** What it chooses from: an image repository, or a chart as annotation `fairlead.dev/chart` names it. */
  readonly from: { readonly image: string; readonly options: RegistryOptions } | { readonly chart: string };
  readonly automation: Automation;
  /** Whether its choice carries the digest; `followed`: asked for again and again. */
  readonly digest: 'none' | 'pinned' | 'followed';
}

/** What chooses versions for a cluster and commits them: Flux's image objects, in a layer of their own that holds up no other. */
export class ImageObjects extends Chart {
  private readonly policies = new Set<string>();
  private readonly registries = new Map<string, RegistryOptionsOf>();
  private readonly automations = new Map<string, string>();
  private readonly problems: FairleadError[] = [];

  constructor(private readonly cluster: Cluster) {
    super(cluster, IMAGES_LAYER, { namespace: cluster.agentNamespace });
    setPlacement(this, { cluster: cluster.node.id, layer: IMAGES_LAYER });
    validate(this, () => [...this.problems, ...[...this.registries.values()].flatMap((options) => options.problems())]);
  }

  /** @returns name of the automation that commits what the policy chooses, where there is one */
  addPolicy(request: PolicyRequest): string | undefined {
    const automation = this.addAutomation(request.automation);
    // Two of one name are told of by the platform, which sees all clusters.
    if (this.policies.has(request.name)) return automation;
    if (this.policies.size === 0) this.cluster._sync.addImages();
    this.policies.add(request.name);
    this.addPolicyObject(request, automation);
    return automation;
  }

  private addPolicyObject({ name, rule, from, digest }: PolicyRequest, automation: string | undefined): void {
    const { annotation, ...fields } = fluxFieldsOf(rule);
    const isImage = 'image' in from;
    const repository = isImage ? this.addRepository(from.image, name, from.options) : name;
    const interval = isImage ? from.options.interval : undefined;
    this.addObject(kinds.ImagePolicy, name, {
      metadata: {
        labels: automation === undefined ? undefined : { [labels.automation]: this.automationLabel(name, automation) },
        annotations: { [annotations.imageRule]: annotation, [annotations.chart]: isImage ? undefined : from.chart },
      },
      spec: {
        imageRepositoryRef: { name: repository },
        ...fields,
        ...(digest === 'pinned' && { digestReflectionPolicy: 'IfNotPresent' }),
        ...(digest === 'followed' && { digestReflectionPolicy: 'Always', interval: durationText(interval ?? Duration.minutes(1)) }),
      },
    });
  }

  /** Known once all objects were looked at for values that are computed from the policy's version. */
  private automationLabel(policy: string, automation: string): string {
    const marked = `${this.cluster.agentNamespace}:${policy}`;
    return mint({ resolve: () => `${automation}${lockBookOf(this)?.derived.has(marked) ? DERIVED : ''}` });
  }

  private addRepository(image: string, policy: string, options: RegistryOptions): string {
    const name = `${this.cluster.node.id}-${imageObjectName(image)}`;
    const known = this.registries.get(name);
    if (known) {
      known.add(image, policy, options);
      return name;
    }
    const registry = new RegistryOptionsOf(name, image, policy, options);
    this.registries.set(name, registry);
    this.addObject(kinds.ImageRepository, name, { spec: registry.spec });
    return name;
  }

  private addAutomation(automation: Automation): string | undefined {
    if (automation._mode === 'off') return undefined;
    const name = automation._nameIn(this.cluster.node.id);
    const { metadata, spec } = updateAutomationSpec(this.cluster, name, automation);
    const text = JSON.stringify({ metadata, spec });
    const known = this.automations.get(name);
    if (known === undefined) {
      this.automations.set(name, text);
      this.addObject(kinds.ImageUpdateAutomation, name, { metadata, spec });
      if (!/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/.test(name) || name.length + DERIVED.length > 63)
        this.problems.push(errors.AutomationNameInvalid({ name }));
    } else if (known !== text) {
      this.problems.push(errors.AutomationTwice({ cluster: this.cluster.node.id, name }));
    }
    return name;
  }

  private addObject(kind: Kind, name: string, { metadata, spec }: { readonly metadata?: Json; readonly spec: Json }): void {
    new ApiObject(kindScope(this, kind.kind), name, { apiVersion: apiVersionOf(kind), kind: kind.kind, metadata: { name, ...metadata }, spec });
  }
}
