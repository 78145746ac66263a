import type { Engine } from '../../../render/types';
import { Turns } from './turns';

type Templates = Pick<Engine, 'secretTemplates'>;

/** Runs the templates of one SealedSecret at a time: each may keep the engine for seconds, which charts need too. Namespaces take turns. */
export class TemplateTurns {
  private readonly turns = new Turns();
  private count = 0;

  constructor(private readonly engine: Templates) {}

  /** The engine, as a namespace may use it. */
  of(namespace: string): Templates {
    return { secretTemplates: (templates, values) => this.turns.take(namespace, this.count++, () => this.engine.secretTemplates(templates, values)) };
  }
}
