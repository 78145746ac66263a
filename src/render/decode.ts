import type { ManifestObject } from '../model/object';
import type { BuildResult, DecodedRelease, DocumentError, Hook, ParseResult, RenderResult } from './types';

type Segments = readonly Buffer[];

/** An object as the engine describes it: its bytes are segment `at`. */
type WireObject = Omit<ManifestObject, 'json'> & { readonly at: number };
type WireHook = Omit<Hook, 'object'> & { readonly object?: WireObject };

export interface WireParse {
  readonly objects: readonly WireObject[];
  readonly errors: readonly DocumentError[];
}

export interface WireBuild {
  readonly objects: readonly WireObject[];
  readonly scope: string;
}

export interface WireRender extends Pick<RenderResult, 'chart'> {
  readonly manifest: number;
  readonly notes: number;
  readonly record: number;
  readonly objects: readonly WireObject[];
  readonly hooks: readonly WireHook[];
  readonly crds: readonly WireObject[];
}

export interface WireRelease extends Omit<DecodedRelease, 'manifest' | 'objects' | 'hooks'> {
  readonly manifest: number;
  readonly objects: readonly WireObject[];
  readonly hooks: readonly WireHook[];
}

function objectsOf(wire: readonly WireObject[], segments: Segments): ManifestObject[] {
  return wire.map(({ at, ...object }) => ({ ...object, json: segments[at] }));
}

/** Hooks without an object are those whose template made none. */
function hooksOf(wire: readonly WireHook[], segments: Segments): Hook[] {
  return wire.flatMap(({ object, ...hook }) => {
    const known = object ?? emptyObject(hook, segments.length);
    return [{ ...hook, object: objectsOf([known], [...segments, Buffer.from('{}')])[0] }];
  });
}

function emptyObject(hook: Omit<WireHook, 'object'>, at: number): WireObject {
  return { group: '', version: '', kind: hook.kind, namespace: '', name: hook.name, digest: '', file: hook.path, at };
}

export function parseResult({ objects, errors }: WireParse, segments: Segments): ParseResult {
  return { objects: objectsOf(objects, segments), errors };
}

export function buildResult({ objects, scope }: WireBuild, segments: Segments): BuildResult {
  return { objects: objectsOf(objects, segments), scope };
}

export function renderResult(wire: WireRender, segments: Segments): RenderResult {
  return {
    chart: wire.chart,
    manifest: segments[wire.manifest].toString(),
    notes: segments[wire.notes].toString(),
    record: segments[wire.record],
    objects: objectsOf(wire.objects, segments),
    hooks: hooksOf(wire.hooks, segments),
    crds: objectsOf(wire.crds, segments),
  };
}

export function decodedRelease(wire: WireRelease, segments: Segments): DecodedRelease {
  return {
    ...wire,
    manifest: segments[wire.manifest].toString(),
    objects: objectsOf(wire.objects, segments),
    hooks: hooksOf(wire.hooks, segments),
  };
}
