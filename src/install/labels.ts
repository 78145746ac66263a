import { packageVersion } from './image';
import type { AgentSettings } from './settings';

/** What the agent's Pods are selected by. A Deployment can never change it, so it holds nothing that may change. */
export function selectorLabels({ name }: Pick<AgentSettings, 'name'>): Readonly<Record<string, string>> {
  return { 'app.kubernetes.io/name': 'fairlead-agent', 'app.kubernetes.io/instance': name };
}

/** Labels of every object of the agent. */
export function commonLabels(settings: Pick<AgentSettings, 'name'>): Readonly<Record<string, string>> {
  return {
    ...selectorLabels(settings),
    'app.kubernetes.io/version': packageVersion(),
    'app.kubernetes.io/component': 'agent',
    'app.kubernetes.io/part-of': 'fairlead',
    'app.kubernetes.io/managed-by': 'fairlead',
  };
}
