// The charts of the dashboard. uPlot is loaded with this file only.
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import type { Metrics, MetricsStep } from "@chatbox/client";
import { byId, element } from "../dom.ts";
import { language } from "../words/words.ts";
import { adminWords } from "./adminwords.ts";

const HEIGHT = 180;
/** Distances of the lines in the background: nothing that is counted has halves. */
const WHOLE = Array.from({ length: 10 }, (_, n) => [1, 2, 5].map((step) => step * 10 ** n)).flat();
const DAY_S = 24 * 60 * 60;
let plots: uPlot[] = [];

/** Models with lines of their own; what failed at the others is in the card. */
const MODELS = 4;

/** Draws the steps of the range, the earliest first. */
export function drawCharts(series: readonly MetricsStep[], errors: NonNullable<Metrics["errors"]>): void {
  const words = adminWords();
  const style = getComputedStyle(document.documentElement);
  const colour = (name: string) => style.getPropertyValue(name).trim();
  const times = series.map(({ start }) => Date.parse(start) / 1000);
  const lines: { title: string; sets: { label: string; values: number[]; stroke: string }[] }[] = [
    {
      title: words.sessions,
      sets: [
        { label: words.begun, values: series.map((step) => step.sessions), stroke: colour("--accent") },
        { label: words.concurrent, values: series.map((step) => step.concurrent), stroke: colour("--good") },
      ],
    },
    { title: words.tokens, sets: [{ label: words.tokens, values: series.map((step) => step.tokens), stroke: colour("--accent") }] },
    {
      title: words.responseTimes,
      sets: [
        { label: words.median, values: series.map((step) => step.p50_response_time), stroke: colour("--accent") },
        { label: words.p95, values: series.map((step) => step.p95_response_time), stroke: colour("--warn") },
      ],
    },
  ];
  const colours = ["--bad", "--accent", "--warn", "--good"].map(colour);
  lines.push({
    title: errors.length > 0 ? words.errors : `${words.errors}: ${words.noErrors}`,
    sets:
      errors.length > 0
        ? errors.slice(0, MODELS).map(({ model_id: model, count, series: values }, n) => ({ label: `${model} (${count})`, values, stroke: colours[n]! }))
        : [{ label: words.errors, values: series.map(() => 0), stroke: colours[0]! }],
  });
  plots.forEach((plot) => plot.destroy());
  const heading = element("h2", "", words.overTime);
  heading.id = "charts-title";
  byId("charts").replaceChildren(heading);
  plots = lines.map(({ title, sets }) => {
    const frame = element("figure", "chart");
    frame.append(element("figcaption", "", title));
    byId("charts").append(frame);
    const axis = { stroke: colour("--muted"), grid: { stroke: colour("--line"), width: 1 }, ticks: { show: false }, font: "12px system-ui" };
    return new uPlot(
      {
        width: frame.clientWidth - 32,
        height: HEIGHT,
        // The words of uPlot itself are English.
        axes: [{ ...axis, grid: { show: false }, ...(language !== "en" && { values: (_, at, __, ___, step) => timesOf(at, step) }) }, { ...axis, size: 56, incrs: WHOLE }],
        scales: { y: { range: (_, __, max) => [0, Math.max(1, max * 1.1)] } },
        series: [{}, ...sets.map(({ label, stroke }) => ({ label, stroke, width: 2, points: { show: false }, fill: `${stroke}18` }))],
        legend: { show: sets.length > 1 || (title === words.errors && errors.length > 0), live: false },
        cursor: { y: false },
      },
      [times, ...sets.map(({ values }) => values)],
      frame,
    );
  });
}

/**
 * What stands below the lines of a chart: the time of day, and the day where it changes.
 * @param at seconds since 1970
 * @param step seconds between two of them
 */
function timesOf(at: readonly number[], step: number): string[] {
  const [time, day] = [new Intl.DateTimeFormat(language, { hour: "2-digit", minute: "2-digit" }), new Intl.DateTimeFormat(language, { day: "numeric", month: "short" })];
  const days = at.map((second) => day.format(second * 1000));
  return at.map((second, n) => (step >= DAY_S ? days[n]! : `${time.format(second * 1000)}${days[n] === days[n - 1] ? "" : `\n${days[n]}`}`));
}

export function fitCharts(): void {
  for (const plot of plots) plot.setSize({ width: (plot.root.parentElement?.clientWidth ?? 300) - 32, height: HEIGHT });
}
