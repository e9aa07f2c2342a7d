/** What people in fake rooms say: every form a text can take, again and again. */
const TEXTS: readonly string[] = [
  "Morning! Is anybody at the door already?",
  "On my way, ten minutes.",
  "The **new draft** is ready. I changed the *second* part, the rest stands.",
  "Can you read it by `14:00`?",
  "> Can you read it by 14:00?\n\nYes, right after lunch.",
  "Here is how to start it:\n\n```sh\nmake serve\nroomkey join 7GQ2M-0XK4T --name Grace\n```\n\nIt says where it listens.",
  "Things to bring:\n\n- a charger\n- the blue folder\n- tea, **not** coffee",
  "1. Read it once\n2. Sleep on it\n3. Read it again",
  "The map is at https://example.org/maps/old-town?layer=paper and the list [over here](https://lists.example.net/today).",
  "שלום, אני אגיע בשעה שמונה.",
  "مرحبا، القائمة جاهزة الآن.",
  "🎉",
  "👩🏽‍🔬🧪 works!",
  "I read the whole chapter on the train. It is long, and it takes its time to say what it is about, but when it finally does, everything before it falls into its place; I would cut nothing but the second letter, which says again what the first has said, and perhaps the paragraph about the weather.",
  "Averylongwordwithoutanyspaceinitthatnobodywouldeversayaloudbutthatsomebodywillpasteoneday/and/a/path/too/which/goes/on/and/on",
  "ok",
  "Line one\nline two\n\nand a paragraph.",
  "_Quietly_: the password for the guest network is `tulip-crane-04`.",
  "Thanks, got it.",
  "明天见！",
  "Does **anyone *know* how** this `nests`?",
  "See you there.",
];

export function textAt(place: number): string {
  return TEXTS[place % TEXTS.length] ?? "";
}

/** Some of the words that generated room keys are made of. */
export const WORDS =
  "abacus amber anchor apron basil beacon birch bramble canvas cedar chalk cobalt comet copper coral crane dapple drizzle ember fable fathom fennel ferry gravel harbor hazel juniper kettle lantern linen maple meadow mortar nutmeg orchard otter pebble pepper plume quartz quill raven saddle saffron sparrow tallow thistle timber tulip umber velvet walnut willow zephyr".split(
    " ",
  );
