import { type ComponentChildren, createContext } from "preact";
import { useContext } from "preact/hooks";
import { messages } from "../messages/messages.ts";
import { CopyButton } from "../parts/copy_button.tsx";
import { type Inline, inlineText } from "./inline.ts";
import { type Block, parseMarkdown } from "./markdown.ts";

/** Whether what can be operated in a text is reached with Tab: only in the entry one stands on. */
export const IsTabStop = createContext(true);

/** A message's text with its markdown shown; whatever it says, it becomes elements of this list only. */
export function MessageText({ text }: { text: string }) {
  return <div class="message-text">{parseMarkdown(text).map(blockView)}</div>;
}

function blockView(block: Block, key: number): ComponentChildren {
  switch (block.kind) {
    case "paragraph":
      return (
        <p key={key} dir="auto">
          {block.children.map(inlineView)}
        </p>
      );
    case "code":
      return <CodeBlock key={key} text={block.text} />;
    case "quote":
      return <blockquote key={key}>{block.children.map(blockView)}</blockquote>;
    case "list": {
      const items = block.items.map((item, place) => (
        <li key={place} dir="auto">
          {item.map(inlineView)}
        </li>
      ));
      return block.start === undefined ? (
        <ul key={key}>{items}</ul>
      ) : (
        <ol key={key} start={block.start}>
          {items}
        </ol>
      );
    }
  }
}

function CodeBlock({ text }: { text: string }) {
  const isTabStop = useContext(IsTabStop);
  return (
    <figure class="code-block">
      <pre dir="ltr" tabIndex={isTabStop ? 0 : -1}>
        <code>{text}</code>
      </pre>
      <CopyButton kind="quiet" text={text} isTabStop={isTabStop} />
    </figure>
  );
}

function inlineView(node: Inline, key: number): ComponentChildren {
  switch (node.kind) {
    case "text":
      return node.text;
    case "break":
      return <br key={key} />;
    case "code":
      return <code key={key}>{node.text}</code>;
    case "strong":
      return <strong key={key}>{node.children.map(inlineView)}</strong>;
    case "emphasis":
      return <em key={key}>{node.children.map(inlineView)}</em>;
    case "link":
      return <TextLink key={key} link={node} />;
  }
}

function TextLink({ link }: { link: Extract<Inline, { kind: "link" }> }) {
  const isTabStop = useContext(IsTabStop);
  const says = inlineText(link.children);
  return (
    <>
      <a
        href={link.url}
        tabIndex={isTabStop ? undefined : -1}
        target="_blank"
        rel="noopener noreferrer nofollow"
        aria-label={messages.value.room.linkTo(says, link.host)}
      >
        <bdi>{link.children.map(inlineView)}</bdi>
      </a>
      {isNamedOtherwise(says, link) && (
        <>
          {" "}
          <bdi class="link-host" dir="ltr">
            ({link.host})
          </bdi>
        </>
      )}
    </>
  );
}

/** Whether the link's text is not just its address, so that the reader must be told where it goes. */
function isNamedOtherwise(says: string, link: { url: string; host: string }): boolean {
  return says !== link.url || !says.toLowerCase().includes(`//${link.host}`);
}
