package dev.skerry.cache.http;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Structured fields (RFC 9651), read strictly: a field with any error is no structured field at
 * all. Parameters are checked and dropped. Total on any input; nesting cannot occur.
 */
public final class StructuredFields {
    private StructuredFields() {}

    /** A value of a member. */
    public sealed interface Value {}

    /** An integer of at most 15 digits. */
    public record IntegerValue(long number) implements Value {}

    /** A decimal, as it was written. */
    public record DecimalValue(String text) implements Value {}

    /** A string, its escapes undone. */
    public record StringValue(String text) implements Value {}

    /** A token. */
    public record TokenValue(String text) implements Value {}

    /** A boolean; a dictionary key without a value is true. */
    public record BooleanValue(boolean value) implements Value {}

    /** A byte sequence, a date or a display string, which nobody here reads, as it was written. */
    public record OtherValue(String text) implements Value {}

    /** An inner list. */
    public record InnerList(List<Value> values) implements Value {}

    /**
     * Reads all lines of a field as one list (RFC 9651 §4.2.1).
     *
     * @return null when the field is absent or breaks a rule
     */
    public static @Nullable List<Value> list(Fields fields, String name) {
        String value = fields.combined(name);
        return value == null ? null : new StructuredFieldParser(value).list();
    }

    /**
     * Reads all lines of a field as one dictionary (RFC 9651 §4.2.2); of a repeated key the last
     * value counts.
     *
     * @return null when the field is absent or breaks a rule
     */
    public static @Nullable Map<String, Value> dictionary(Fields fields, String name) {
        String value = fields.combined(name);
        return value == null ? null : new StructuredFieldParser(value).dictionary();
    }

    /** The strings of a list, its other members left out; empty when there is no valid list. */
    public static List<String> strings(Fields fields, String name) {
        List<Value> members = list(fields, name);
        if (members == null) {
            return List.of();
        }
        return members.stream()
                .filter(StringValue.class::isInstance)
                .map(member -> ((StringValue) member).text())
                .toList();
    }
}
