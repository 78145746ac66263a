export * from './helm';
export * from './image-automation';
export * from './image-reflector';
export * from './kustomize';
export * from './notification';
export * from './source';
