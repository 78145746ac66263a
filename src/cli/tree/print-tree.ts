import { nameOf } from '../../model/object';
import type { Belonging } from '../live/belongings';
import { type HealthWord, healthWord } from '../live/health-word';
import type { World } from '../live/world';
import type { Paint, Style } from '../print/colour';

/** A tree as `-o json` prints it. */
export interface TreeNode {
  readonly object: string;
  readonly health: HealthWord['word'];
  readonly message?: string;
  readonly parts: readonly TreeNode[];
}

export function treeOf({ ref, object, parts }: Belonging, world: World): TreeNode {
  const { word, says } = healthWord(object, world);
  return { object: nameOf(ref), health: word, ...(says !== '' && { message: says }), parts: parts.map((part) => treeOf(part, world)) };
}

const STYLES: Readonly<Record<HealthWord['word'], Style>> = {
  Ready: 'green',
  Progressing: 'yellow',
  Failed: 'red',
  Missing: 'red',
  Suspended: 'yellow',
  Deleting: 'yellow',
};

interface Line {
  readonly branch: string;
  readonly node: TreeNode;
}

/** With the branches drawn, as tree(1) does. */
export function printTree(roots: readonly TreeNode[], paint: Paint): string {
  const lines = roots.flatMap((root) => linesOf(root, '', ''));
  const width = Math.max(0, ...lines.map(({ branch, node }) => branch.length + node.object.length));
  return lines
    .map(({ branch, node: { object, health, message = '' } }) => {
      const space = ' '.repeat(width - branch.length - object.length + 3);
      const told = health === 'Ready' && message.length > LONGEST ? '' : message;
      return `${branch}${object}${space}${paint(STYLES[health], health)}${told === '' ? '' : `   ${told}`}\n`;
    })
    .join('');
}

/** What is well needs few words. */
const LONGEST = 100;

function linesOf(node: TreeNode, branch: string, below: string): Line[] {
  const parts = node.parts.flatMap((part, index) => {
    const isLast = index === node.parts.length - 1;
    return linesOf(part, `${below}${isLast ? '└── ' : '├── '}`, `${below}${isLast ? '    ' : '│   '}`);
  });
  return [{ branch, node }, ...parts];
}
