import "./how.css";
import type { FunctionComponent } from "preact";
import { useEffect } from "preact/hooks";
import { language } from "../messages/language.ts";
import { messages } from "../messages/messages.ts";
import { toast } from "../parts/toast.tsx";
import { Frame } from "../screens/frame.tsx";
import { Link } from "../screens/link.tsx";
import { CurveSection } from "./curve_section.tsx";
import { EavesdropperSection } from "./eavesdropper_section.tsx";
import { EnvelopeSection } from "./envelope_section.tsx";
import { IdeaSection } from "./idea_section.tsx";
import { KeySection } from "./key_section.tsx";
import { LargeSection } from "./large_section.tsx";
import { PowersSection } from "./powers_section.tsx";
import { StepsSection } from "./steps_section.tsx";
import { howTexts, setHowLanguage } from "./texts.ts";
import { TreeSection } from "./tree_section.tsx";
import { closeDemo } from "./use_answer.ts";

/** Fetch the words in the language chosen, and give the screen. */
export async function openHowScreen(): Promise<FunctionComponent> {
  await setHowLanguage(language.value);
  return HowScreen;
}

/** Two people agree on a secret in the open, for somebody who never heard of it. */
function HowScreen() {
  const t = howTexts.value;
  const wanted = language.value;
  useEffect(() => {
    setHowLanguage(wanted).catch(() => toast(messages.value.common.partFailed));
  }, [wanted]);
  useEffect(() => {
    document.title = `${t.frame.title} · ${messages.value.common.roomkey}`;
  }, [t]);
  useEffect(() => closeDemo, []);
  const contents = [
    ["idea", t.frame.idea.title],
    ["steps", t.exchange.title],
    ["eve", t.listening.title],
    ["powers", t.powers.title],
    ["large", t.large.title],
    ["curve", t.curve.title],
    ["key", t.key.title],
    ["group", t.tree.title],
    ["relay", t.envelope.title],
  ] as const;
  return (
    <Frame>
      <article class="how">
        <header class="how-head">
          <h1>{t.frame.title}</h1>
          <p class="how-lead">{t.frame.lead}</p>
          <p class="small soft">{t.frame.offline}</p>
        </header>
        <nav class="how-contents" aria-label={t.frame.contents}>
          <ol>
            {contents.map(([id, title]) => (
              <li key={id}>
                <a href={`#${id}`}>{title}</a>
              </li>
            ))}
          </ol>
        </nav>
        <IdeaSection />
        <StepsSection />
        <EavesdropperSection />
        <PowersSection />
        <LargeSection />
        <CurveSection />
        <KeySection />
        <TreeSection />
        <EnvelopeSection />
        <p class="how-controls">
          <Link to={{ kind: "home" }}>{t.frame.back}</Link>
        </p>
      </article>
    </Frame>
  );
}
