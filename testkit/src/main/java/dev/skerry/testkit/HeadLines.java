package dev.skerry.testkit;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The lines of a message head, exactly as they were received. */
record HeadLines(List<String> lines) {
    HeadLines {
        lines = List.copyOf(lines);
    }

    String start() {
        return lines.getFirst();
    }

    List<String> all(String name) {
        String prefix = name.toLowerCase(Locale.ROOT) + ":";
        return lines.stream()
                .skip(1)
                .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(prefix))
                .map(line -> line.substring(prefix.length()).trim())
                .toList();
    }

    @Nullable String first(String name) {
        List<String> values = all(name);
        return values.isEmpty() ? null : values.getFirst();
    }
}
