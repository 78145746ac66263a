import { Command } from 'commander';
import { renderChartCommand } from './render-chart';

/** `fairlead render`: what the parts of a program become. */
export function renderCommand(): Command {
  return new Command('render').description('print what the parts of a program become').addCommand(renderChartCommand());
}
