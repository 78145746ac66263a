import { errors, type FairleadError } from '../common/errors';
import { GitExit } from './run';

export interface FailureContext {
  /** Without credentials. */
  readonly url: string;
  readonly secret?: string;
  /** What was asked for, in words: `branch main`. */
  readonly ref?: string;
  readonly timeoutMs?: number;
}

type Rule = readonly [pattern: RegExp, make: (context: FailureContext, reason: string, cause: unknown) => FairleadError];

const named = (context: FailureContext) => ({ url: context.url, secret: context.secret ?? '(none is given)', ref: context.ref ?? 'such ref' });

/** What git says of a push alone, most telling first: a server's own words may contain anything. */
const PUSH_RULES: readonly Rule[] = [
  [
    /! \[rejected\].*\((fetch first|non-fast-forward|stale info|needs force)\)|! \[remote rejected\].*\((failed to update ref|cannot lock ref.*|incorrect old value provided|reference already exists)\)/i,
    (c, _r, cause) => errors.PushRaced(named(c), cause),
  ],
  [/! \[(remote )?rejected\]/i, (c, _r, cause) => errors.PushRefused({ ...named(c), reason: refusalOf((cause as GitExit).stderr) }, cause)],
  [/does not support push options/i, (c, _r, cause) => errors.PushOptionsUnsupported(named(c), cause)],
  [
    /marked as read only|not granted|not allowed to (push|upload)|[Pp]ermission to .* denied|returned error: 403/i,
    (c, _r, cause) => errors.PushForbidden({ ...named(c), reason: refusalOf((cause as GitExit).stderr) }, cause),
  ],
];

/** What git, curl and ssh say under LC_ALL=C, most telling first. */
const RULES: readonly Rule[] = [
  [/\bssh: (command )?not found|cannot run ssh\b/i, (c, _r, cause) => errors.SshMissing(named(c), cause)],
  [/REMOTE HOST IDENTIFICATION HAS CHANGED|Host key verification failed/i, (c, _r, cause) => errors.SourceHostKeyRefused(named(c), cause)],
  [
    /Authentication failed|could not read (Username|Password)|Permission denied \(|HTTP Basic: Access denied|returned error: 40[13]|invalid credentials|Load key .*(invalid format|error in libcrypto|incorrect passphrase)/i,
    (c, _r, cause) => errors.SourceAuthFailed(named(c), cause),
  ],
  [/couldn't find remote ref|Remote branch .* not found|not our ref|no such remote ref/i, (c, _r, cause) => errors.SourceRefUnknown(named(c), cause)],
  [
    /repository '.*' not found|Repository not found|does not appear to be a git repository|returned error: (404|410)|project you were looking for could not be found/i,
    (c, _r, cause) => errors.SourceNotFound(named(c), cause),
  ],
  [
    /SSL certificate problem|server certificate verification failed|certificate verify failed|SSL: no alternative certificate|unable to get local issuer/i,
    (c, reason, cause) => errors.SourceCertificateRefused({ ...named(c), reason }, cause),
  ],
  [
    /Could not resolve host|Failed to connect|Connection (refused|reset|timed out|closed)|Couldn't connect|Operation timed out|Could not resolve hostname|Network is unreachable|No route to host|returned error: (429|5\d\d)|early EOF|remote end hung up|Empty reply|RPC failed|Operation too slow|unable to access/i,
    (c, reason, cause) => errors.SourceUnreachable({ ...named(c), reason }, cause),
  ],
];

/** Signs that our own copy is damaged, not that the server said no. */
const DAMAGED =
  /not a git repository|is corrupt|object file .* is empty|bad (tree|config|object|pack|index|signature)|unable to (read|parse|unpack) (tree|object|sha1|commit|config)|inflate: data stream error|index-pack failed|pack has bad|did not send all necessary objects|missing (blob|tree|commit)|unresolved deltas|bad config (line|file|value)|cannot lock ref|unable to create '.*\.lock'|reference broken|fatal: loose object|unknown repository extension/i;

export function isDamaged(failure: unknown): boolean {
  return errors.SourceBroken.is(failure) || (failure instanceof GitExit && !failure.timedOut && DAMAGED.test(failure.stderr));
}

/** The error for people behind a failed command. Anything else than `GitExit` is returned as it is. */
export function explain(failure: unknown, context: FailureContext): unknown {
  if (!(failure instanceof GitExit)) return failure;
  if (failure.timedOut) return errors.SourceTimeout({ url: context.url, seconds: Math.round((context.timeoutMs ?? 0) / 1000) }, failure);
  const reason = reasonOf(failure.stderr);
  const rules = failure.command === 'push' ? [...PUSH_RULES, ...RULES] : RULES;
  for (const [pattern, make] of rules) if (pattern.test(failure.stderr)) return make(context, reason, failure);
  if (isDamaged(failure)) return errors.SourceBroken({ url: context.url, reason }, failure);
  return errors.GitFailed({ command: failure.command, reason }, failure);
}

/** Why a server refuses a push, in its own words. */
function refusalOf(stderr: string): string {
  const words = [...stderr.matchAll(/^(?:remote|ERROR):[ \t]*(.*\S)[ \t]*$/gm)].map(([, line]) => line);
  const status = /! \[(?:remote )?rejected\].*\((.+)\)/.exec(stderr)?.[1];
  const text = words.length > 0 ? words.join(' ') : (status ?? reasonOf(stderr));
  return withoutCredentials(text).slice(0, 500);
}

/** The one line that says it, without git's prefixes and without credentials. */
export function reasonOf(stderr: string): string {
  const lines = stderr
    .split('\n')
    .map((line) => line.replace(/^(fatal|error|remote|ssh):\s*/i, '').trim())
    .filter((line) => line !== '');
  const first = /^(fatal|error): .*/im.exec(stderr)?.[0].replace(/^(fatal|error):\s*/i, '') ?? lines.at(-1) ?? 'no message';
  return withoutCredentials(first).slice(0, 300);
}

function withoutCredentials(text: string): string {
  return text.replace(/\/\/[^/@\s]*@/g, '//');
}
