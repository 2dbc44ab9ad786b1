// Draws the chart: the only file that knows the chart library.

import { BarController, BarElement, CategoryScale, Chart, LinearScale, Tooltip } from "chart.js";
import { dayName, type NamedSeries } from "./series.ts";

Chart.register(BarController, BarElement, CategoryScale, LinearScale, Tooltip);

export type Drawing = {
  show(days: readonly string[], series: readonly NamedSeries[]): void;
  end(): void;
};

/** Draws stacked bars on a canvas, in the colours that its style has at the time. */
export function startDrawing(canvas: HTMLCanvasElement): Drawing {
  const chart = new Chart<"bar", number[], string>(canvas, {
    type: "bar",
    data: { labels: [], datasets: [] },
    options: {
      animation: false,
      maintainAspectRatio: false,
      interaction: { mode: "index", intersect: false },
      scales: {
        x: {
          stacked: true,
          grid: { display: false },
          ticks: { maxRotation: 0, autoSkipPadding: 24 },
        },
        y: {
          stacked: true,
          border: { display: false },
          ticks: {
            precision: 0,
            maxTicksLimit: 6,
            callback: (value) => Math.abs(Number(value)).toLocaleString(),
          },
        },
      },
      plugins: {
        tooltip: {
          filter: ({ parsed }) => parsed.y !== 0,
          callbacks: {
            label: ({ dataset, parsed }) => {
              const count = parsed.y ?? 0;
              return `${dataset.label}: ${Math.abs(count).toLocaleString()} ${count > 0 ? "in" : "out"}`;
            },
          },
        },
      },
    },
  });
  return {
    show(days, series) {
      const colour = (name: string) => {
        canvas.style.color = `var(${name})`;
        return getComputedStyle(canvas).color;
      };
      chart.data.labels = days.map(dayName);
      chart.data.datasets = series.flatMap(({ name, colour: place, optIns, optOuts }) => {
        const look = {
          label: name,
          backgroundColor: colour(`--series-${place}`),
          borderRadius: 2,
          maxBarThickness: 24,
        };
        return [
          { ...look, data: optIns },
          { ...look, data: optOuts.map((count) => -count) },
        ];
      });
      const { x, y } = chart.options.scales as { x: Axis; y: Axis };
      for (const axis of [x, y])
        Object.assign(axis.ticks, { color: colour("--muted"), font: { size: 12 } });
      Object.assign(y.grid, {
        color: ({ tick }: { tick: { value: number } }) =>
          colour(tick.value === 0 ? "--edge" : "--line"),
      });
      chart.options.font = { family: "system-ui, sans-serif" };
      chart.update();
    },
    end: () => chart.destroy(),
  };
}

type Axis = { ticks: object; grid: object };
