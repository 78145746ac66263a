import { join } from 'node:path';
import fc from 'fast-check';
import { createEngine } from '../../src/render/engine';
import { useGoProgram } from '../support/go-program';

interface Question {
  readonly templates: Readonly<Record<string, string>>;
  readonly values: Readonly<Record<string, string>>;
}
interface Answer {
  /** Empty ones are null. */
  readonly texts?: Readonly<Record<string, string | null>>;
  readonly error?: string;
}

const engine = createEngine();
afterAll(() => engine.close());

const askUpstream = useGoProgram<readonly Question[], readonly Answer[]>(join(__dirname, 'sealed-secret-templates'));

const base64 = (bytes: Buffer | string) => Buffer.from(bytes).toString('base64');

const VALUES = new Map(
  Object.entries({
    password: 'hunter2',
    user: 'admin',
    'tls.crt': '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n',
    binary: Buffer.from([0, 255, 254, 10, 128]),
    html: `<a href="x">&'</a>`,
    empty: '',
    json: '{"a": [1, 2.5, "ü"], "b": null}',
    list: 'b,a,c',
    number: '42',
    utf8: 'pässwörd ☃',
  }).map(([key, value]) => [key, Buffer.from(value)]),
);

const TEMPLATES = [
  'plain text',
  '',
  '{{ .missing }}',
  '{{ .missing | quote }}{{ .missing | default "x" }}',
  '{{ index . "missing" }}',
  '{{ .tls.crt }}',
  '{{ index . "tls.crt" }}',
  '{{ .password | b64enc }}{{ .password | b64enc | b64dec }}',
  '{{ . | toJson }}',
  '{{ .html | toJson }}{{ .html | toRawJson }}{{ . | toPrettyJson }}',
  '{{ .html }}{{ .html | html }}{{ .html | js }}{{ .html | urlquery }}',
  '{{ range $key, $value := . }}{{ $key }}={{ $value | quote }}\n{{ end }}',
  '{{ range . }}[{{ . }}]{{ else }}none{{ end }}',
  '{{ range $key, $_ := . }}{{ if hasPrefix "u" $key }}{{ $key }} {{ end }}{{ end }}',
  '{{ .binary }}{{ .binary | len }}{{ .binary | b64enc }}{{ .binary | sha256sum }}',
  '{{ .binary | quote }}{{ printf "%x %q %s" .binary .binary .binary }}',
  '{{ (.json | fromJson).a }}{{ index (.json | mustFromJson).a 1 }}',
  '{{ .list | splitList "," | sortAlpha | join ";" }}{{ (.list | split ",")._1 }}',
  '{{ .number | atoi | add 1 }}{{ .number | int64 | mul 2 }}{{ div 7 2 }}{{ .user | atoi }}',
  '{{ if and .password (not .empty) }}yes{{ else }}no{{ end }}{{ with .empty }}x{{ else }}y{{ end }}',
  '{{ define "dsn" }}{{ .user }}:{{ .password | urlquery }}@db{{ end }}postgres://{{ template "dsn" . }}/app',
  '{{ define "unused" }}x{{ end }}',
  '{{- /* a comment */ -}} x {{- " y" }}',
  '{{ .password | trunc 3 }}{{ .password | substr 1 3 }}{{ .utf8 | upper }}{{ .utf8 | len }}{{ .utf8 | trunc 2 }}',
  '{{ .user | default "x" }}{{ .empty | default "x" }}{{ coalesce .empty .user }}{{ ternary "a" "b" (eq .user "admin") }}',
  '{{ .password | sha1sum }}{{ .password | adler32sum }}{{ .password | sha512sum }}',
  '{{ .utf8 | indent 2 }}{{ "a\\nb" | nindent 4 }}{{ .user | repeat 3 }}{{ .user | cat "x" 1 }}',
  '{{ dict "a" .user "b" (list 1 .number) | toJson }}{{ list 1 2 | reverse }}{{ tuple "a" 1 }}',
  '{{ regexReplaceAll "[a-z]+" .password "x" }}{{ .password | regexFind "[0-9]" }}{{ regexMatch "^h" .password }}',
  '{{ derivePassword 1 "long" .password .user "example.com" }}',
  '{{ range $i, $n := until 3 }}{{ if eq $n 1 }}{{ continue }}{{ end }}{{ $i }}{{ end }}{{ range 2 }}.{{ end }}{{ range untilStep 0 9 4 }}{{ . }}{{ end }}',
  '{{ $x := .user }}{{ $x = print $x "!" 1 2 nil }}{{ $x }}{{ println "a" 1 }}',
  '{{ semver "1.2.3-beta.1" | toString }}{{ semverCompare ">1.0" "1.2.3" }}{{ seq 1 3 }}',
  '{{ typeOf . }}{{ kindOf .user }}{{ typeOf (fromJson .json) }}',
  '{{ date "2006-01-02" 0 }}{{ dateInZone "15:04 MST" 0 "America/New_York" }}{{ duration 3600 }}',
  '{{ slice (list 1 2 3) 1 }}{{ len . }}{{ eq .user "admin" "x" }}{{ lt 1 2 }}{{ index (list 1 2) 1 }}',
  '{{ "\\u00e9\\x41" }}{{ `raw\\n` }}{{ 0x10 }}{{ 1e3 }}{{ true }}{{ printf "%*d" 5 1 }}',
];

const FAULTY = [
  '{{ .password | nothing }}',
  '{{ env "HOME" }}',
  '{{ .missing | upper }}',
  '{{ keys . }}',
  '{{ get . "user" }}',
  '{{ .password.x }}',
  '{{ fail "x" }}',
  '{{ index .password 99 }}',
  '{{ end }}',
  '{{ nil }}',
  '{{ range .user }}{{ end }}',
  '{{ template "none" }}',
];

const ALL = [...TEMPLATES, ...FAULTY];

async function ours(templates: Readonly<Record<string, string>>, values: ReadonlyMap<string, Buffer>): Promise<Answer> {
  return engine.secretTemplates(templates, values).then(
    (texts) => ({ texts: Object.fromEntries([...texts].map(([key, text]) => [key, base64(text) || null])) }),
    (error: Error) => ({ error: error.message }),
  );
}

function askFor(templates: Readonly<Record<string, string>>, values: ReadonlyMap<string, Buffer>): Question {
  return { templates, values: Object.fromEntries([...values].map(([key, value]) => [key, base64(value)])) };
}

test('templates make the bytes that the sealed-secrets controller makes', async () => {
  const answers = askUpstream(ALL.map((template) => askFor({ 'file.txt': template }, VALUES)));
  expect(answers.flatMap(({ error }, index) => (error ? ALL[index] : []))).toEqual(FAULTY);
  for (const [index, { texts, error }] of answers.entries()) {
    const got = await ours({ 'file.txt': ALL[index] }, VALUES);
    expect([ALL[index], got]).toEqual([ALL[index], error ? { error: expect.stringContaining('FL8030') } : { texts }]);
  }
});

test('any pipeline of functions ends as it does upstream', async () => {
  const few = new Map([...VALUES].filter(([key]) => ['password', 'binary', 'html', 'tls.crt', 'list'].includes(key)));
  const argument = fc.constantFrom('.password', '.binary', '.html', '.missing', '(index . "tls.crt")', '3', '"a"', '.', '.list');
  const name = fc.constantFrom(
    ...'b64enc b64dec quote squote upper title trim toJson fromJson len print printf html js urlquery sha256sum indent nindent repeat trunc join'.split(
      ' ',
    ),
    ...'splitList sortAlpha keys values first last rest initial uniq toString atoi int default ternary contains hasPrefix replace substr dict list'.split(
      ' ',
    ),
    ...'index slice eq not and or empty coalesce kindOf typeOf regexMatch camelcase snakecase abbrev wrap nospace reverse has until max floor'.split(
      ' ',
    ),
  );
  const call = fc.tuple(name, fc.array(argument, { maxLength: 3 })).map(([called, args]) => [called, ...args].join(' '));
  const pipeline = fc.tuple(argument, fc.array(call, { minLength: 1, maxLength: 3 })).map((parts) => `{{ ${parts.flat().join(' | ')} }}`);
  const templates = fc.sample(pipeline, 800);
  const answers = askUpstream(templates.map((template) => askFor({ a: template }, few)));
  let made = 0;
  for (const [index, { texts, error }] of answers.entries()) {
    if (texts) made++;
    const got = await ours({ a: templates[index] }, few);
    expect([templates[index], got]).toEqual([templates[index], error ? { error: expect.stringContaining('FL8030') } : { texts }]);
    expect(`${got.error}`.replace(/is no template.*/, '')).not.toMatch(/hunter2|BEGIN CERT|href/);
  }
  expect(made).toBeGreaterThan(100);
});

test('keys may be named as JavaScript names its own', async () => {
  const values = new Map([['__proto__', Buffer.from('a')]]);
  const texts = await engine.secretTemplates(JSON.parse('{"__proto__": "{{ .__proto__ }}", "constructor": "x"}'), values);
  expect([...texts].map(([key, text]) => [key, text.toString()])).toEqual([
    ['__proto__', 'a'],
    ['constructor', 'x'],
  ]);
});
