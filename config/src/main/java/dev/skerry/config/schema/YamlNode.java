package dev.skerry.config.schema;

import java.util.List;

/** A value of a YAML document that knows its line (1-based; 0 when it has none). */
public sealed interface YamlNode {
    /** Where it begins. */
    int line();

    /** What it is, for messages. */
    String words();

    /**
     * A plain value.
     *
     * @param text as it was written, without quotes
     */
    record Scalar(int line, Kind kind, String text) implements YamlNode {
        /** What an unquoted scalar looks like. */
        public enum Kind {
            /** Text, or anything in quotes. */
            TEXT,
            /** A number. */
            NUMBER,
            /** {@code true} or {@code false}. */
            BOOLEAN,
            /** Nothing. */
            NULL
        }

        @Override
        public String words() {
            return kind == Kind.NULL ? "nothing" : "'" + text + "'";
        }
    }

    /** A list. */
    record Sequence(int line, List<YamlNode> items) implements YamlNode {
        @Override
        public String words() {
            return "a list";
        }
    }

    /** Keys with values, in order, each key once. */
    record Mapping(int line, List<Entry> entries) implements YamlNode {
        @Override
        public String words() {
            return "a map";
        }
    }

    /** One key of a mapping. */
    record Entry(int line, String key, YamlNode value) {}
}
