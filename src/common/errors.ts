/**
 * Every error the product can raise, in one table. A message names the thing and the cause; the remedy is the next step.
 * `docs/errors.md` is generated from it.
 *
 * FL1 source · FL2 synth · FL3 build, apply, prune · FL4 Helm · FL5 Kubernetes API and runtime · FL6 engine · FL7 command line · FL9 test bed
 */
export class FairleadError extends Error {
  constructor(
    readonly code: string,
    readonly detail: string,
    /** What to do next. */
    readonly remedy: string,
    options?: { cause?: unknown },
  ) {
    super(`${code}: ${detail}`, options);
    this.name = 'FairleadError';
  }
}

type Params = Readonly<Record<string, string | number>>;

export interface ErrorDefinition {
  readonly code: string;
  readonly message: string;
  readonly remedy: string;
  /** The error for these particulars. */
  (params?: Params, cause?: unknown): FairleadError;
  /** Whether an error is of this definition. */
  is(error: unknown): error is FairleadError;
}

function define(code: string, message: string, remedy: string): ErrorDefinition {
  const make = (params: Params = {}, cause?: unknown) => new FairleadError(code, fill(message, params), fill(remedy, params), { cause });
  return Object.assign(make, {
    code,
    message,
    remedy,
    is: (error: unknown): error is FairleadError => error instanceof FairleadError && error.code === code,
  });
}

function fill(template: string, params: Params): string {
  return template.replace(/\{(\w+)\}/g, (whole, name: string) => (name in params ? String(params[name]) : whole));
}

export const errors = {
  SourceNotReady: define('FL1001', 'source {source} has no content yet', 'see why: kubectl describe {source}'),
  SourcePathMissing: define('FL1002', 'path {path} is not in {source} at {revision}', 'correct spec.path, or commit the folder'),
  SourceNotFound: define(
    'FL1004',
    'there is no repository at {url}',
    'check spec.url; many servers say so too where the credentials of secret {secret} give no access',
  ),
  SourceUnreachable: define(
    'FL1005',
    'cannot reach {url}: {reason}',
    'check the address, DNS and network policies; what was fetched before stays in use',
  ),
  SourceRefUnknown: define('FL1006', '{url} has no {ref}', 'correct spec.ref, or push it'),
  SourceHostKeyRefused: define(
    'FL1007',
    'the host key of {url} is not the one in known_hosts',
    'put the output of ssh-keyscan into known_hosts of secret {secret}, after checking it',
  ),
  SourceLfsPointer: define(
    'FL1008',
    '{path} is a Git LFS pointer, its content is not in the repository',
    'commit the file itself, or keep it out of what the cluster reads',
  ),
  SourceTimeout: define(
    'FL1009',
    '{url} did not answer within {seconds} s',
    'raise spec.timeout; the first fetch brings the whole history of the branch',
  ),
  SourceUnsupported: define('FL1010', '{field} is not supported', 'remove it; see docs for what takes its place'),
  SourceCertificateRefused: define('FL1011', 'the certificate of {url} is not trusted: {reason}', 'put its authority into ca.crt of secret {secret}'),
  SourceSecretMissing: define(
    'FL1012',
    'secret {secret} {problem}',
    'create it with username and password, bearerToken, or identity and known_hosts',
  ),
  SourceUrlInvalid: define('FL1013', '{url} is not an http, https or ssh address', 'write it like https://host/path or ssh://git@host/path'),
  SourceKindUnknown: define('FL1014', 'there are no sources of kind {kind}', 'use a GitRepository'),
  SourceBroken: define(
    'FL1015',
    'the local copy of {url} is damaged: {reason}',
    'it is fetched anew by itself; if this repeats check the disk of the data folder',
  ),
  GitFailed: define('FL1016', 'git {command} failed: {reason}', 'see the message of git'),
  GitMissing: define('FL1017', 'cannot run git', 'install git 2.30 or newer and put it on PATH'),
  SourceAuthFailed: define(
    'FL1003',
    'cannot authenticate to {url}',
    'check secret {secret}: username and password, bearerToken, or identity and known_hosts',
  ),
  ScopeMissing: define('FL2001', '{construct} is in no {needed}', 'create it inside a {needed}'),
  NameInvalid: define(
    'FL2002',
    '{name} cannot name a {what}',
    'use lower case letters, digits and dashes, beginning and ending with a letter or digit, 63 at most',
  ),
  ObjectNameInvalid: define(
    'FL2003',
    '{object} has a name that Kubernetes refuses',
    'use lower case letters, digits, dashes and dots, 253 at most: change the ids it is made of, or set metadata.name',
  ),
  NamespaceUnset: define(
    'FL2004',
    '{object} is in no namespace',
    'create it in layer.namespaceScope(name) or in an Environment, or set metadata.namespace',
  ),
  NamespaceNotOwned: define(
    'FL2005',
    'namespace {namespace} is not created here, so its {option} would be lost',
    'leave out {option}, or create: false',
  ),
  ReleaseNameInvalid: define('FL2006', '{release} cannot name a Helm release', 'set releaseName: lower case letters, digits and dashes, 53 at most'),
  ReleaseNameTaken: define('FL2007', 'release {release} in namespace {namespace} is defined twice: {first} and {second}', 'rename one of them'),
  ObjectInLayers: define(
    'FL2008',
    '{object} is in two layers, which would overwrite one another: {first} and {second}',
    'keep one of them; where a layer only uses a namespace, namespaceScope(name, { create: false })',
  ),
  DependencyElsewhere: define(
    'FL2009',
    'it depends on {dependency}, which is not in {cluster}: clusters see nothing of one another',
    'depend on something in the same cluster',
  ),
  DependencyCycle: define('FL2010', 'these wait for one another, so none would ever be applied: {cycle}', 'take out one of the dependencies'),
  ExternalLayerInvalid: define('FL2011', '{path} names no layer of another repository', 'write it as repository/layer'),
  LayerNameTaken: define('FL2012', '{layer} has the name of its cluster, which its root Kustomization has', 'give the layer another name'),
  RepositoryUrlInvalid: define(
    'FL2013',
    '{url} is no address of a Git repository that clusters can read',
    'write it as https://host/path, ssh://git@host/path or git@host:path',
  ),
  RepositoryUrlSecret: define('FL2014', 'the address {url} holds a password, which would be readable in Git', 'name a Secret instead: secretName'),
  RepositoryNameInvalid: define(
    'FL2015',
    '{name}, from {url}, cannot name a GitRepository object',
    'give a name: lower case letters, digits and dashes',
  ),
  RepositoryDirectoryInvalid: define(
    'FL2016',
    'directory {directory} leaves the repository',
    'give the folder of cdk8s.yaml, from the root of the repository',
  ),
  SourceNameTaken: define('FL2017', 'two sources are called {name}: {first}, and {second}', 'give one of the repositories another name'),
  ChartMissing: define('FL2018', 'there is no chart in {folder}: it has no Chart.yaml', 'correct the path of the chart'),
  ChartNotLocked: define(
    'FL2019',
    'there is no lock that says which version of chart {chart} in {range} to run',
    'name it: ChartVersion.exact(version), or let the cluster choose: ChartVersion.floating(range)',
  ),
  ChartVersionInvalid: define(
    'FL2020',
    '{version} is no version of chart {chart}',
    'write it as 1.2.3; for a range use ChartVersion.floating(range)',
  ),
  ChartRangeInvalid: define('FL2021', '{range} is no range of versions of chart {chart}', 'write it like ">=1.2.0 <2", "~1.4" or "^1"'),
  ChartUrlInvalid: define('FL2022', '{url} is no address of a chart in an OCI registry', 'write it as oci://host/path/chart'),
  HelmRepositoryUrlInvalid: define('FL2023', '{url} is no address of a Helm repository', 'write it as https://host/path or oci://host/path'),
  KubernetesVersionInvalid: define('FL2024', '{version} is no version of Kubernetes', 'write it as 1.36 or 1.36.3'),
  BudgetInvalid: define('FL2025', 'deletion budget {budget} is no number of objects', 'give a whole number, 0 or more'),
  SynthFailed: define('FL2101', 'synth found {count}, nothing was written\n{problems}', 'correct what is named above and synthesize again'),
  ConfigUnreadable: define('FL2102', 'cannot read {file}: {reason}', 'correct the YAML of that file'),
  ObjectInvalid: define('FL2103', '{reason}', 'correct the construct'),
  ObjectOutsideLayer: define('FL2104', '{object} is in no layer, so it has no file', 'create it inside a Layer or an Environment of a Cluster'),
  ObjectTwice: define('FL2105', '{object} is defined twice in {layer}: also by {other}', 'remove one of them, or give it another name'),
  FileTaken: define(
    'FL2106',
    '{object} needs the file {file}, which {other} has already on systems that ignore case',
    'rename one of them so that the names differ by more than case',
  ),
  TokenLeft: define(
    'FL2107',
    'a value that is only known when files are written was cut, encoded or altered at {field}',
    'use the value whole or inside a longer string, without slicing, encoding or changing its case',
  ),
  PlainSecret: define(
    'FL2108',
    '{object} holds secret values, which would be readable in Git',
    'seal it (SealedSecret), take an existing one by name, or allow this one by name with allowPlainSecret',
  ),
  SecretFound: define(
    'FL2109',
    '{object} holds what looks like {what} at {field}',
    'move it into a SealedSecret; if it is no secret, allow the object by name with allowPlainSecret',
  ),
  HandEdited: define(
    'FL2110',
    '{file} was edited by hand, synth would lose the edit',
    'make the change in {construct} instead, then restore the file with git, or run fairlead synth --force to drop the edit',
  ),
  FileForeign: define(
    'FL2111',
    '{file} is not a file synth wrote, but {construct} needs that path',
    'move the file away, rename the object, or run fairlead synth --force to replace the file',
  ),
  OutputUnsafe: define('FL2112', 'will not write to {folder}: {reason}', 'choose a folder of its own for output in cdk8s.yaml, such as dist'),
  OwnershipUnreadable: define('FL2113', '{file} line {line} is not "<sha256> <path>"', 'resolve conflicts in it, or restore it with git'),
  ObjectNameless: define('FL2114', 'an object of kind {kind} has no name', 'give it metadata.name'),
  HandEditedStale: define(
    'FL2115',
    '{file} is no longer wanted, but was edited by hand: synth would delete the edit',
    'restore the file with git, or delete it yourself, or run fairlead synth --force',
  ),
  BuildIncomplete: define(
    'FL3001',
    '{count} of what is at {path} cannot be read:\n{problems}',
    'correct it and commit; the rest is applied, and nothing is deleted meanwhile',
  ),
  ApplyIncomplete: define(
    'FL3002',
    '{count} of {total} objects could not be applied:\n{problems}',
    'correct them and commit; the rest is applied, and nothing is deleted meanwhile',
  ),
  SubstituteMissing: define(
    'FL3003',
    '{kind} {namespace}/{name} of postBuild.substituteFrom does not exist',
    'create it, or mark the reference optional',
  ),
  ObjectEncrypted: define('FL3004', '{object} is encrypted with SOPS, which is not supported', 'seal it: SealedSecret takes its place'),
  KustomizationUnsupported: define('FL3005', '{field} is not supported', 'remove it; leaving it out silently would apply something else'),
  HealthCheckFailed: define(
    'FL3006',
    'health check failed after {duration}: {problems}',
    'see why: kubectl describe the named objects; spec.timeout says how long to wait',
  ),
  PruneIncomplete: define('FL3007', '{count} objects could not be deleted:\n{problems}', 'it is tried again; see what holds them'),
  ApplyUnknownKind: define(
    'FL3101',
    '{object}{at}: the cluster has no kind {kind} in {apiVersion}',
    'install its CustomResourceDefinition before it or in the same set, or correct apiVersion',
  ),
  ApplyForbidden: define('FL3102', '{object}{at}: not allowed: {reason}', 'grant it to the identity named, with a Role or ClusterRole'),
  ApplyRefused: define('FL3103', '{object}{at}: refused: {reason}', 'correct the manifest as the server asks'),
  ApplyImmutable: define(
    'FL3104',
    '{object}{at}: a field cannot be changed: {reason}',
    'undo the change, or set spec.force or the annotation kustomize.toolkit.fluxcd.io/force: Enabled to delete and create it again',
  ),
  ApplyNamespaceAbsent: define(
    'FL3105',
    '{object}{at}: its namespace does not exist: {reason}',
    'add the Namespace to the set, or depend on what creates it',
  ),
  ApplyNamespaceUnset: define('FL3106', '{object}{at}: names no namespace', 'set metadata.namespace, or targetNamespace on its owner'),
  ApplyNamespaceTerminating: define(
    'FL3107',
    '{object}{at}: its namespace is being deleted',
    'nothing to do once it is gone: it is applied again then',
  ),
  ApplyTwice: define('FL3108', '{object}{at}: is defined already in {first}', 'remove one of the two'),
  ApplyFailed: define('FL3109', '{object}{at}: {reason}', 'it is tried again; see whether the API server is well'),
  ApplyStillThere: define(
    'FL3110',
    '{object}: was deleted to be created again, but is still there (finalizers: {finalizers})',
    'see what should remove its finalizers; it is tried again',
  ),
  ReleaseFailed: define(
    'FL4001',
    'Helm {action} failed for release {release} with chart {chart}: {reason}',
    'see helm history; a change of the chart, the values or the spec tries again',
  ),
  ReleaseNotRendered: define(
    'FL4002',
    'Helm {action} failed for release {release} with chart {chart}: {reason}',
    'correct the chart or the values; nothing in the cluster was changed',
  ),
  ValuesMissing: define('FL4003', '{kind} {namespace}/{name} of valuesFrom does not exist', 'create it, or mark the reference optional'),
  ValuesKeyMissing: define(
    'FL4004',
    '{kind} {namespace}/{name} of valuesFrom has no key {key}',
    'add the key, correct valuesKey, or mark the reference optional',
  ),
  ValuesInvalid: define(
    'FL4005',
    'the values of {release} cannot be merged: {reason}',
    'correct the values in the named place: they must be a YAML map',
  ),
  ReleaseObjectTaken: define(
    'FL4006',
    '{object} exists and belongs to {owner}',
    'delete or rename it, or let the release take it: remove disableTakeOwnership',
  ),
  HookFailed: define('FL4007', '{event} hook {hook} failed: {reason}', 'see why: kubectl describe {hook}, and the logs of its Pods'),
  ReleaseObjectsRefused: define('FL4008', '{count} of {total} objects were refused: {reasons}', 'correct the chart or the values'),
  ReleaseNotHealthy: define('FL4009', '{problem}: {objects}', 'see why: kubectl describe the named objects; spec.timeout says how long to wait'),
  ChartSourceUnsupported: define('FL4010', 'charts of a {kind} are not supported', 'take the chart from a GitRepository: spec.chart.spec.sourceRef'),
  ReadyExprUnsupported: define('FL4011', 'dependsOn {dependency} has a readyExpr, which is not supported', 'remove it: its Ready condition counts'),
  RevisionGone: define('FL4012', 'revision {version} of release {release} is gone from storage', 'nothing to do: the release is looked at anew'),
  ReleaseNotGone: define(
    'FL4013',
    'objects of release {release} still exist: {objects}',
    'see what holds them: their finalizers, or their own dependents',
  ),
  ValuesFileMissing: define('FL4014', 'values file {file} is not in {source}', 'correct valuesFiles, or set ignoreMissingValuesFiles'),
  ReleasePending: define('FL4016', 'release {release} is being worked on', 'nothing to do: it is looked at again by itself'),
  DependencyInvalid: define(
    'FL4015',
    'annotation {annotation} cannot be read at {part}',
    'write it as Kind/namespace/name, several with commas between',
  ),
  ApiUnreachable: define(
    'FL5001',
    'cannot reach the Kubernetes API at {server}: {cause}',
    'check that the server runs and that the address in the kubeconfig is right',
  ),
  ApiTimeout: define(
    'FL5002',
    'the Kubernetes API did not answer {verb} {resource} within {seconds} s',
    'look at the load of the API server; the agent tries again by itself',
  ),
  ApiRejected: define('FL5003', '{subject}: {message}', 'see the message of the API server'),
  ApiUnauthorized: define('FL5004', '{subject}: {message}', 'renew the credentials in the kubeconfig or the service account token'),
  ApiForbidden: define('FL5005', '{subject}: {message}', 'grant this permission to the identity that is named, by a Role or ClusterRole'),
  ApiNotFound: define('FL5006', '{subject}: {message}', 'create what is missing, or check its name and namespace'),
  ApiConflict: define('FL5007', '{subject}: {message}', 'somebody else changed the object meanwhile; the agent reads it again by itself'),
  ApiInvalid: define('FL5008', '{subject}: {message}', 'correct the named fields in the manifest'),
  ApiExpired: define('FL5009', '{subject}: {message}', 'nothing to do: the agent lists again'),
  ApiOverloaded: define('FL5010', '{subject}: {message}', 'the API server asks for patience; see its priority and fairness metrics'),
  ApiServerFailed: define('FL5011', '{subject}: {message}', 'look at the log of the API server, or of the webhook that is named'),
  KindUnknown: define(
    'FL5012',
    'the cluster does not know kind {kind} of {apiVersion}',
    'install its CustomResourceDefinition, or correct apiVersion and kind',
  ),
  WatchInterrupted: define('FL5014', 'a watch was interrupted: {cause}', 'nothing to do: it goes on where it was'),
  NamespaceMissing: define('FL5013', '{kind} {name} needs a namespace', 'set metadata.namespace, or a target namespace where it is applied'),
  KubeconfigUnreadable: define(
    'FL5020',
    'cannot read kubeconfig {file}: {cause}',
    'give a file that kubectl can use, with --kubeconfig or KUBECONFIG',
  ),
  KubeconfigInvalid: define('FL5021', 'kubeconfig {file}: {cause}', 'correct the file; `kubectl config view` shows it'),
  KubeconfigUnsupported: define('FL5022', 'kubeconfig {file} uses {feature}, which is not supported', '{remedy}'),
  ExecCredentialFailed: define('FL5023', 'credential plugin {command} failed: {cause}', 'run the command by hand; it must print an ExecCredential'),
  NotInCluster: define('FL5024', 'no kubeconfig was given and this is not a Pod: {cause}', 'pass --kubeconfig FILE'),
  LeaseLost: define(
    'FL5030',
    'lease {lease} was not renewed in time',
    'nothing to do: another agent may act now, this one ends; look at the API server if it repeats',
  ),
  PortTaken: define('FL5031', 'cannot listen on {address}: {cause}', 'choose another address with --metrics-addr'),
  ReconcileFailed: define('FL5032', 'reconcile of {object} failed: {cause}', 'this is a fault of the agent: report it with its log'),
  EngineMissing: define('FL6001', 'there is no engine at {path}', 'build it with npm run build:engine, which needs Go 1.26, or set FAIRLEAD_ENGINE'),
  EngineCrashed: define(
    'FL6002',
    'the engine ended twice during {op}: {reason}',
    'look for endless recursion or huge output in the input; report it otherwise',
  ),
  EngineTimeout: define('FL6003', 'the engine gave up on {op}: {reason}', 'look for endless loops in templates, or split the input'),
  EngineClosed: define('FL6004', 'the engine is closed', 'nothing: the program is ending'),
  EngineFailed: define('FL6005', 'the engine failed on {op}: {message}', 'report it with the input that leads to it'),
  ChartUnusable: define('FL6010', 'the chart cannot be used: {message}', 'correct the chart; helm lint says more'),
  RenderFailed: define('FL6011', 'the chart cannot be rendered: {message}', 'correct the template or the values it names'),
  ValuesRefused: define('FL6012', '{message}', 'correct the values'),
  BuildFailed: define('FL6013', 'kustomize build failed: {message}', 'correct the kustomization; kustomize build on the folder says the same'),
  ReleaseUnreadable: define('FL6014', '{message}', 'see helm history; a damaged revision can be removed by deleting its Secret'),
  EntryMissing: define(
    'FL7101',
    'there is no program to run: {looked}',
    'give the file, as in fairlead synth main.ts, or name it in app of cdk8s.yaml',
  ),
  SourceInvalid: define('FL7102', '{file}:{line}:{column}: {reason}', 'correct that line'),
  SynthNotCalled: define('FL7103', '{entry} ended without writing anything', 'call synth() on its Platform'),
  TypeScriptMissing: define(
    'FL7104',
    'cannot check types: typescript is not installed beside {entry}',
    'npm install -D typescript, or run with --no-typecheck',
  ),
  ConfigMissing: define('FL7105', 'cannot check types: no tsconfig.json at or above {folder}', 'add a tsconfig.json, or run with --no-typecheck'),
  TypesWrong: define('FL7106', 'the program has type errors', 'correct them, or run with --no-typecheck'),
  GoMissing: define('FL9001', 'cannot run go to build {tool}', 'install Go 1.26 or newer and put it on PATH'),
  ToolBuildFailed: define(
    'FL9002',
    'building {tool} {version} failed:\n{tail}',
    'read {log}; needed are Go 1.26 or newer, a reachable Go namespace proxy (GOPROXY) and a few GB of disk; then run again',
  ),
  BedServerFailed: define(
    'FL9003',
    '{server} of the test bed {reason}:\n{tail}',
    'see its last lines above; run again, with FAIRLEAD_CACHE elsewhere if a cached build is broken',
  ),
  BedCommandFailed: define('FL9004', '{command} failed:\n{output}', 'see its output above'),
  BedNotFound: define('FL9005', 'no test bed in {folder}', 'give the folder of a bed that was started with detach'),
  BedRepositoryName: define(
    'FL9007',
    '{name} cannot name a repository',
    'use letters, digits, dashes and dots, in segments parted by slashes, without .git at the end',
  ),
  NoFreePorts: define('FL9006', 'no block of free loopback ports was found for a test bed', 'stop test beds that are no longer needed'),
};
