package dev.skerry.net.metrics;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads the text format as strictly as a scraper: every line must parse, no series twice. */
record Scrape(Map<String, Double> samples, Map<String, String> types) {
    private static final Pattern SAMPLE =
            Pattern.compile(
                    "([a-zA-Z_:][a-zA-Z0-9_:]*)(\\{(?:[a-zA-Z_][a-zA-Z0-9_]*=\"(?:[^\"\\\\\n]|\\\\[\\\\n\"])*\",?)*})?"
                            + " ([0-9.eE+-]+|NaN|[+-]Inf)");

    static Scrape parse(String text) {
        Map<String, Double> samples = new HashMap<>();
        Map<String, String> types = new HashMap<>();
        Set<String> helped = new HashSet<>();
        for (String line : text.lines().toList()) {
            if (line.startsWith("# HELP ")) {
                check(helped.add(line.split(" ", 4)[2]), "two HELP lines: " + line);
            } else if (line.startsWith("# TYPE ")) {
                String[] words = line.split(" ", 4);
                check(types.put(words[2], words[3]) == null, "two TYPE lines: " + line);
            } else {
                Matcher sample = SAMPLE.matcher(line);
                check(sample.matches(), "not a sample: " + line);
                String labels = sample.group(2) == null ? "" : sample.group(2).replace(",}", "}");
                double value =
                        switch (sample.group(3)) {
                            case "+Inf" -> Double.POSITIVE_INFINITY;
                            case "-Inf" -> Double.NEGATIVE_INFINITY;
                            default -> Double.parseDouble(sample.group(3));
                        };
                check(samples.put(sample.group(1) + labels, value) == null, "twice: " + line);
            }
        }
        return new Scrape(samples, types);
    }

    double value(String series) {
        Double value = samples.get(series);
        if (value == null) {
            throw new AssertionError("no series " + series + " among " + samples.keySet());
        }
        return value;
    }

    private static void check(boolean holds, String message) {
        if (!holds) {
            throw new AssertionError(message);
        }
    }
}
