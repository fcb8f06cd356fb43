package dev.skerry.cli.simulate;

import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** Draws a curve: misses of requests and of bytes over the size of the cache. */
final class CurveSvg {
    private static final int WIDTH = 720;
    private static final int HEIGHT = 420;
    private static final int LEFT = 60;
    private static final int TOP = 40;
    private static final int RIGHT = 20;
    private static final int BOTTOM = 70;

    private final List<Outcome> outcomes;
    private final double highest;
    private final StringBuilder svg = new StringBuilder(4096);

    private CurveSvg(List<Outcome> outcomes) {
        this.outcomes = outcomes;
        double most =
                outcomes.stream()
                        .mapToDouble(o -> Math.max(o.missPercent(), o.byteMissPercent()))
                        .max()
                        .orElse(100);
        highest = Math.clamp(Math.ceil(most / 10) * 10, 10, 100);
    }

    /** A picture as a document of its own, readable on light and dark grounds. */
    static String of(List<Outcome> outcomes) {
        return new CurveSvg(outcomes).draw();
    }

    private String draw() {
        svg.append(
                """
                <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" role="img"
                     font-family="system-ui, sans-serif" font-size="13">
                <title>Misses by the size of the cache</title>
                <style>
                  :root { color-scheme: light dark; }
                  svg { --ground: #fff; --ink: #222; --grid: #ccc; --requests: #0b62b8; --bytes: #b8560b; }
                  @media (prefers-color-scheme: dark) {
                    svg { --ground: #161616; --ink: #e8e8e8; --grid: #444; --requests: #62b0ff; --bytes: #ffa552; }
                  }
                  text { fill: var(--ink); }
                </style>
                <rect width="100%%" height="100%%" fill="var(--ground)"/>
                """
                        .formatted(WIDTH, HEIGHT));
        for (int i = 0; i <= 5; i++) {
            double percent = highest * i / 5;
            line(LEFT, y(percent), (double) WIDTH - RIGHT, y(percent));
            text(LEFT - 8, y(percent) + 4, "end", String.format(Locale.ROOT, "%.0f %%", percent));
        }
        for (int i = 0; i < outcomes.size(); i++) {
            Outcome outcome = outcomes.get(i);
            text(x(i), HEIGHT - BOTTOM + 20, "middle", Numbers.size(outcome.memory()));
            if (outcome.disk() > 0) {
                text(x(i), HEIGHT - BOTTOM + 36, "middle", "+ " + Numbers.size(outcome.disk()));
            }
        }
        text(
                (LEFT + WIDTH - RIGHT) / 2.0,
                HEIGHT - 10,
                "middle",
                outcomes.getFirst().disk() > 0 ? "memory + disk" : "memory");
        curve("requests", Outcome::missPercent);
        curve("bytes", Outcome::byteMissPercent);
        text(LEFT, 22, "start", "Misses, % of");
        legend(LEFT + 90, "requests");
        legend(LEFT + 180, "bytes");
        return svg.append("</svg>\n").toString();
    }

    private void curve(String name, ToDoubleFunction<Outcome> value) {
        StringBuilder points = new StringBuilder();
        for (int i = 0; i < outcomes.size(); i++) {
            double y = y(value.applyAsDouble(outcomes.get(i)));
            points.append(number(x(i))).append(',').append(number(y)).append(' ');
            svg.append(
                    "<circle cx=\"%s\" cy=\"%s\" r=\"4\" fill=\"var(--%s)\"/>%n"
                            .formatted(number(x(i)), number(y), name));
        }
        svg.append(
                "<polyline points=\"%s\" fill=\"none\" stroke=\"var(--%s)\" stroke-width=\"2\"/>%n"
                        .formatted(points.toString().strip(), name));
    }

    private void legend(double x, String name) {
        svg.append(
                "<rect x=\"%s\" y=\"12\" width=\"12\" height=\"12\" fill=\"var(--%s)\"/>%n"
                        .formatted(number(x), name));
        text(x + 18, 22, "start", name);
    }

    private void line(double x1, double y1, double x2, double y2) {
        svg.append(
                "<line x1=\"%s\" y1=\"%s\" x2=\"%s\" y2=\"%s\" stroke=\"var(--grid)\"/>%n"
                        .formatted(number(x1), number(y1), number(x2), number(y2)));
    }

    private void text(double x, double y, String anchor, String words) {
        svg.append(
                "<text x=\"%s\" y=\"%s\" text-anchor=\"%s\">%s</text>%n"
                        .formatted(number(x), number(y), anchor, words));
    }

    private double x(int i) {
        double step = (double) (WIDTH - LEFT - RIGHT) / outcomes.size();
        return LEFT + step * (i + 0.5);
    }

    private double y(double percent) {
        return TOP + (HEIGHT - TOP - BOTTOM) * (1 - percent / highest);
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.1f", value);
    }
}
