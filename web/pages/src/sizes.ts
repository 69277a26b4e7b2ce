// Sizes and times as people say them. Pure.
import { language } from "./words/words.ts";

const UNITS = ["byte", "kilobyte", "megabyte", "gigabyte"];

/** A size, such as `1.2 MB`. */
export function sizeText(bytes: number): string {
  const power = Math.min(UNITS.length - 1, Math.floor(Math.log10(Math.max(1, bytes)) / 3));
  return new Intl.NumberFormat(language, { style: "unit", unit: UNITS[power]!, unitDisplay: "short", maximumFractionDigits: 1 }).format(bytes / 1000 ** power);
}

/** A length of time, such as `1:05`. */
export function lengthText(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}
