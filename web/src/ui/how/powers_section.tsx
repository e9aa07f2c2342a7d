import { Group } from "../../dh/group.ts";
import { remarks } from "../../dh/remarks.ts";
import { Dial } from "./dial.tsx";
import { PublicValueCheck } from "./public_value_check.tsx";
import { Section } from "./section.tsx";
import { howTexts } from "./texts.ts";
import { toy } from "./toy.ts";
import { Paragraphs, Words } from "./words.tsx";

/** The largest p whose circle can still be read. */
const DRAWN = 61n;

/** Where the powers of g lead, and which numbers must not be taken from the wire. */
export function PowersSection() {
  const t = howTexts.value.powers;
  const { group } = toy.value;
  return (
    <Section id="powers" title={t.title}>
      {group ? (
        <Circles group={group} />
      ) : (
        <p class="how-unusable">{howTexts.value.exchange.unusable}</p>
      )}
      {group && <PublicValueCheck group={group} />}
    </Section>
  );
}

function Circles({ group }: { group: Group }) {
  const t = howTexts.value.powers;
  const { p, g, order, leastPrimitiveRoot: root } = group;
  const all = String(p - 1n);
  const isPrimitive = group.isPrimitive === true;
  const squareRoot = BigInt(Math.round(Math.sqrt(Number(g))));
  const isSquare = squareRoot * squareRoot === g && order === (p - 1n) / 2n;
  return (
    <>
      <p>{t.lead(String(g), String(p))}</p>
      {p > DRAWN ? (
        <p class="how-unusable">{t.tooLarge}</p>
      ) : (
        <div class="how-dials">
          <Dial group={group} />
          {!isPrimitive && root !== undefined && root <= p - 2n && (
            <Dial group={Group.of(p, root)} />
          )}
        </div>
      )}
      {order !== undefined && root !== undefined && (
        <Paragraphs
          of={
            isPrimitive
              ? t.primitive(String(g), all)
              : t.notPrimitive(String(g), String(root), String(order), all)
          }
        />
      )}
      {isSquare && <p>{t.square(String(g), String(squareRoot))}</p>}
      <p>
        <Words>{t.choice}</Words>
      </p>
      <h3>{t.remarks.title}</h3>
      <ul class="bullets">
        {remarks(group).map((id) => (
          <li key={id}>{t.remarks.items[id]}</li>
        ))}
      </ul>
    </>
  );
}
