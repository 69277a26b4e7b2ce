// Light or dark: as the device is, unless the address or the embedding page says.

export function showTheme(theme: string | null | undefined): void {
  const told = theme === "dark" || theme === "light" ? theme : "";
  const dark = document.getElementById("dark") as HTMLLinkElement;
  dark.media = told === "dark" ? "all" : told === "light" ? "not all" : "(prefers-color-scheme: dark)";
  document.documentElement.style.colorScheme = told;
}
