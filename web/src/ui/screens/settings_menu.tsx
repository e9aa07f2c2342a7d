import { LANGUAGES, type Language, language } from "../messages/language.ts";
import { messages } from "../messages/messages.ts";
import { Menu, type MenuItem } from "../parts/menu.tsx";
import { toast } from "../parts/toast.tsx";
import { choosePageLanguage, chooseTheme, THEMES, theme } from "../settings.ts";

/** Theme and language, as items that another menu can hold too. */
export function settingsItems(): MenuItem[] {
  const t = messages.value.common.settings;
  return [
    ...THEMES.map((name) => ({
      label: t.themes[name],
      isChecked: theme.value === name,
      onSelect: () => chooseTheme(name),
    })),
    ...Object.entries(LANGUAGES).map(([tag, label], place) => ({
      label,
      isChecked: language.value === tag,
      startsGroup: place === 0,
      onSelect: () => {
        const failed = () => toast(messages.value.common.partFailed);
        choosePageLanguage(tag as Language).catch(failed);
      },
    })),
  ];
}

export function SettingsMenu() {
  return (
    <Menu label={messages.value.common.settings.open} icon="settings" items={settingsItems()} />
  );
}
