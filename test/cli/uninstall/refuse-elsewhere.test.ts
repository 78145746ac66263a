import { refuseElsewhere } from '../../../src/cli/uninstall/run-uninstall';
import type { KubeObject } from '../../../src/model/object';

const agent = (namespace: string): KubeObject => ({ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { namespace, name: 'fairlead-agent' } });

test('an agent of another namespace is not taken apart by a namespace that has none', () => {
  expect(() => refuseElsewhere([agent('flux-system')], 'other')).toThrow(
    expect.objectContaining({ code: 'FL7534', remedy: 'say which is meant: --agent-namespace flux-system' }),
  );
});

test('two agents share rights and definitions, so neither of them is taken apart', () => {
  expect(() => refuseElsewhere([agent('flux-system'), agent('other')], 'other')).toThrow(
    expect.objectContaining({
      code: 'FL7535',
      message: expect.stringContaining('another agent at flux-system/fairlead-agent,'),
      remedy: expect.stringContaining('kubectl -n other delete deployment fairlead-agent;'),
    }),
  );
});

test('an agent that is here, or nowhere, is no obstacle', () => {
  expect(() => refuseElsewhere([agent('flux-system')], 'flux-system')).not.toThrow();
  expect(() => refuseElsewhere([], 'flux-system')).not.toThrow();
});
