import { useState } from "preact/hooks";
import { isBelow, level, nodeWidth, parent, root } from "../../mls/tree_math.ts";
import { formatNumber } from "../messages/format.ts";
import { Button } from "../parts/button.tsx";
import { join, type KeyTree, NAMES, PLACES, remove, startTree } from "./key_tree.ts";
import { Section } from "./section.tsx";
import { howTexts } from "./texts.ts";
import { Paragraphs } from "./words.tsx";

const MEMBERS = 5;
const LEAST = 2;
const WIDTH = 640;
const ROW = 76;
const ROOT = root(PLACES);

/** How a group has one key, and another one after each change. */
export function TreeSection() {
  const t = howTexts.value.tree;
  const [tree, setTree] = useState(() => startTree(MEMBERS));
  return (
    <Section id="group" title={t.title}>
      <Paragraphs of={t.paragraphs} />
      <TreePicture tree={tree} />
      <div class="how-controls how-player">
        <Button
          kind="primary"
          isDisabled={tree.members.length === PLACES}
          onClick={() => setTree(join(tree))}
        >
          {t.join}
        </Button>
        {tree.members.map((place) => (
          <Button
            key={place}
            isDisabled={tree.members.length === LEAST}
            onClick={() => setTree(remove(tree, place))}
          >
            {t.remove(nameOf(place))}
          </Button>
        ))}
      </div>
      <p role="status" class="how-told">
        {toldOf(tree)}
      </p>
      <Paragraphs of={t.after} />
    </Section>
  );
}

const nameOf = (place: number): string => NAMES[place] ?? "";

function toldOf({ last, renewed, epoch, members }: KeyTree): string {
  const t = howTexts.value.tree;
  if (last === undefined) return t.start(formatNumber(members.length));
  const [who, by] = [nameOf(last.who), nameOf(last.by)];
  const count = formatNumber(renewed.size);
  const number = formatNumber(epoch);
  return last.what === "joined" ? t.joined(who, count, number) : t.removed(who, by, count, number);
}

function TreePicture({ tree }: { tree: KeyTree }) {
  const t = howTexts.value.tree;
  const nodes = Array.from({ length: nodeWidth(PLACES) }, (_, node) => node);
  const top = topOf(tree);
  const isLit = (node: number) => tree.last !== undefined && isBelow(2 * tree.last.by, node);
  const names = tree.members.map(nameOf).join(", ");
  return (
    <div>
      <svg
        class="how-tree"
        viewBox={`0 0 ${WIDTH} ${4 * ROW + 12}`}
        role="img"
        aria-label={t.picture(names)}
      >
        {nodes
          .filter((node) => node !== ROOT)
          .map((node) => {
            const [x, y] = place(node);
            const [aboveX, aboveY] = place(parent(node));
            return (
              <line
                key={node}
                x1={x}
                y1={y}
                x2={aboveX}
                y2={aboveY}
                data-new={(isLit(node) && level(node) < level(top)) || undefined}
              />
            );
          })}
        {nodes.map((node) => (
          <TreeNode key={`${node} ${tree.epoch}`} tree={tree} node={node} isTop={node === top} />
        ))}
      </svg>
    </div>
  );
}

interface TreeNodeProps {
  readonly tree: KeyTree;
  readonly node: number;
  readonly isTop: boolean;
}

function TreeNode({ tree, node, isTop }: TreeNodeProps) {
  const [x, y] = place(node);
  return (
    <g>
      <circle
        class="how-node"
        data-keyed={tree.keyed.has(node) || undefined}
        data-new={tree.renewed.has(node) || undefined}
        cx={x}
        cy={y}
        r={isTop ? 20 : 14}
      />
      {tree.keyed.has(node) && <path d={`M${x - 6} ${y}a3 3 0 1 0 0-.1M${x} ${y}h7m-2 0v3`} />}
      {node % 2 === 0 && (
        <text x={x} y={y + 34}>
          {tree.members.includes(node / 2) ? nameOf(node / 2) : "–"}
        </text>
      )}
      {isTop && (
        <text x={x + 34} y={y + 5} class="how-tree-top">
          {howTexts.value.tree.top}
        </text>
      )}
    </g>
  );
}

/** The node that all members are below, and the lowest of those. */
function topOf({ keyed }: KeyTree): number {
  return [...keyed].reduce((one, other) => (level(other) > level(one) ? other : one));
}

/** Where a node is drawn: leaves at the bottom from left to right, the root on top. */
function place(node: number): readonly [number, number] {
  const step = WIDTH / nodeWidth(PLACES);
  return [Math.round(step * (node + 0.5)), 24 + ROW * (level(ROOT) - level(node))];
}
